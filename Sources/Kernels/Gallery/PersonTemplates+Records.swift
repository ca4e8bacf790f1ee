public import BiometricFormats
import Fingerprint
public import Iris

extension PersonTemplates {
    /// The templates of records: each view is a finger by its position.
    ///
    /// Of several views of one finger the one with the most minutiae counts. Throws `GalleryError.position` for a view
    /// whose finger is not known: a search by fingers needs to know which is which.
    public init(records: [MinutiaeRecord], irises: [Eye: IrisCode] = [:]) throws(GalleryError) {
        var fingers: [Int: [FingerMinutia]] = [:]
        for record in records {
            for view in record.views {
                let minutiae = FingerMinutia.list(view, angleUnits: record.format.angleUnits)
                let position = Int(view.position)
                if minutiae.count >= fingers[position]?.count ?? 0 { fingers[position] = minutiae }
            }
        }
        try self.init(fingers: fingers, irises: irises)
    }
}
