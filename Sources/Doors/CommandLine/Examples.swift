/// Documents that the commands accept, of nobody who exists.
enum Examples {
    static let application = """
        {
          "names": {
            "arabic": {"given": "فاطمة", "family": "العلوي"},
            "latin": {"given": "Fatima", "family": "El Alaoui"}
          },
          "sex": "female",
          "birth": {"date": "1961", "precision": "year"},
          "birthPlace": {"country": "MA", "commune": "01.511.01.0"},
          "nationality": "MA",
          "residence": {"commune": "01.511.01.0", "address": "12, rue des Orangers"},
          "phone": "+212 600 000 000",
          "documents": [{"type": "nationalCard", "number": "K 100200"}]
        }
        """

    static let household = """
        {
          "declarant": "CIVIL NUMBER OF AN ADULT MEMBER",
          "facts": {
            "region": "01", "commune": "01.511.01.0", "milieu": "urban", "familyNuclei": 1,
            "dwelling": {"type": "apartment", "rooms": 2, "bathOrShower": true, "ownElectricityMeter": true, "garage": false},
            "assets": {"computers": 0, "satelliteDish": true, "fixedTelephone": false, "mobilePhones": 1, "cars": 0,
                       "motorcycles": 0, "secondHome": false, "businessPremises": false, "nonAgriculturalLand": false,
                       "irrigatedLand": false, "cattle": 0},
            "loan": false,
            "spending": {"waterElectricityMonthly": [18000, 21050, 19900], "butaneMonthly": 5000, "telecomMonthly": 6000},
            "members": [
              {"civilNumber": "CIVIL NUMBER OF THE MEMBER", "ref": "M1", "relationship": "head", "school": "none",
               "educationLevel": "basic", "literate": true, "diploma": "none", "activity": "home", "occupation": null,
               "employmentStatus": null, "regularIncome": false, "healthCover": "none", "publicPay": false,
               "pension": false, "familyAllowance": false, "fatherDeceased": false, "severeDisability": false}
            ]
          },
          "provenance": {"spending.butaneMonthly": "inquiry"}
        }
        """
}
