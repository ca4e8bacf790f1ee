public import ImageDecoding
public import TestMaterial

extension BuiltProgram {
    /// Decodes images as the program does: in a process of its own.
    public static let decoder = ImageDecoder(executable: path)
}
