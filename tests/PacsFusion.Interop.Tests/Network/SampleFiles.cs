using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Interop.Tests;

/// <summary>A folder with a made-up series, deleted with the test.</summary>
internal sealed class SampleFiles : IDisposable
{
    public const string Study = "1.2.826.0.1.3680043.10.54321.77.1", Series = Study + ".2";

    public SampleFiles(int count = 0, DicomTransferSyntax? syntax = null, int size = 64)
    {
        for (var i = 1; i <= count; i++) Add(i, syntax ?? DicomTransferSyntax.ExplicitVRLittleEndian, size);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("interop-").FullName;

    public List<string> Paths { get; } = [];

    public static string Instance(int number) => $"{Series}.{number.ToString(CultureInfo.InvariantCulture)}";

    public string SubFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Add(int number, DicomTransferSyntax syntax, int size)
    {
        var pixels = new byte[size * size * 2];
        for (var i = 0; i < pixels.Length; i += 2) pixels[i] = (byte)(i * number);
        var dataset = new DicomDataset()
            .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, Instance(number))
            .Set(DicomTag.StudyDate, "20200102").Set(DicomTag.StudyTime, "101112").Set(DicomTag.Modality, "CT").Set(DicomTag.AccessionNumber, "A1")
            .Set(DicomTag.PatientName, "Interop^Sample").Set(DicomTag.PatientID, "INTEROP1").Set(DicomTag.PatientBirthDate, "19700101").Set(DicomTag.PatientSex, "O")
            .Set(DicomTag.StudyInstanceUID, Study).Set(DicomTag.SeriesInstanceUID, Series).Set(DicomTag.StudyID, "1").Set(DicomTag.SeriesNumber, 2).Set(DicomTag.InstanceNumber, number)
            .Set(DicomTag.SamplesPerPixel, 1).Set(DicomTag.PhotometricInterpretation, "MONOCHROME2").Set(DicomTag.Rows, size).Set(DicomTag.Columns, size)
            .Set(DicomTag.BitsAllocated, 16).Set(DicomTag.BitsStored, 16).Set(DicomTag.HighBit, 15).Set(DicomTag.PixelRepresentation, 0)
            .SetBytes(DicomTag.PixelData, DicomVR.OW, pixels);
        var path = Path.Combine(Folder, $"{number}.dcm");
        new DicomFile(dataset, syntax).Write(path);
        Paths.Add(path);
    }
}
