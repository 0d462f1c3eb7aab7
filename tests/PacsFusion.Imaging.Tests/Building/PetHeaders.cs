using System.Text;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>Headers of PET slices.</summary>
internal static class PetHeaders
{
    /// <summary>A complete header whose factor is 70000 / (300e6 * 2^(-3600/6586.2)).</summary>
    public static DicomDataset Complete() => new DicomDataset()
        .Set(DicomTag.Modality, "PT")
        .Set(DicomTag.Units, "BQML")
        .Set(DicomTag.CorrectedImage, "ATTN", "DECY")
        .Set(DicomTag.DecayCorrection, "START")
        .Set(DicomTag.PatientWeight, "70")
        .Set(DicomTag.SeriesDate, "20240301").Set(DicomTag.SeriesTime, "103000")
        .Set(DicomTag.AcquisitionDate, "20240301").Set(DicomTag.AcquisitionTime, "103000")
        .SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, new DicomDataset()
            .Set(DicomTag.RadionuclideTotalDose, "300000000")
            .Set(DicomTag.RadionuclideHalfLife, "6586.2")
            .Set(DicomTag.RadiopharmaceuticalStartTime, "093000"));

    public static double CompleteFactor => 70 * 1000 / (300e6 * Math.Pow(2, -3600 / 6586.2));

    public static DicomDataset Tracer(this DicomDataset slice) => slice.GetItem(DicomTag.RadiopharmaceuticalInformationSequence)!;

    public static void AddPhilips(DicomDataset slice, string? suvScale, string? activityScale, byte block = 0x11)
    {
        slice.SetBytes(new DicomTag(0x7053, block), DicomVR.LO, Text("Philips PET Private Group"));
        if (suvScale is not null) slice.SetBytes(new DicomTag(0x7053, (ushort)(block << 8)), DicomVR.UN, Text(suvScale));
        if (activityScale is not null) slice.SetBytes(new DicomTag(0x7053, (ushort)(block << 8 | 9)), DicomVR.DS, Text(activityScale));
    }

    public static void AddGeScan(DicomDataset slice, string dateTime) => slice
        .SetBytes(new DicomTag(0x0009, 0x0010), DicomVR.LO, Text("GEMS_PETD_01"))
        .SetBytes(new DicomTag(0x0009, 0x100D), DicomVR.DT, Text(dateTime));

    private static byte[] Text(string value) => Encoding.ASCII.GetBytes(value.Length % 2 == 0 ? value : value + " ");
}
