using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Fusion.Internal;

/// <summary>Who made a result: General Equipment (C.7.5.1), SC Equipment (C.8.6.1) and Contributing Equipment (C.12.1.1.5).</summary>
internal static class ResultEquipment
{
    public static void Describe(DicomDataset result, DicomDataset source, SecondaryCaptureSeries series, string date, string time)
    {
        DescribeSoftware(result, series.SoftwareVersion)
            .Set(DicomTag.SecondaryCaptureDeviceManufacturer, SecondaryCaptureBuilder.Manufacturer)
            .Set(DicomTag.SecondaryCaptureDeviceManufacturerModelName, SecondaryCaptureBuilder.ModelName)
            .Set(DicomTag.SecondaryCaptureDeviceSoftwareVersions, series.SoftwareVersion);
        var model = series.Model;
        var fusing = new DicomDataset()
            .SetSequence(DicomTag.PurposeOfReferenceCodeSequence, References.Code("109102", "Processing Equipment"))
            .Set(DicomTag.Manufacturer, SecondaryCaptureBuilder.Manufacturer)
            .Set(DicomTag.ManufacturerModelName, Cut(model.Name, 64))
            .Set(DicomTag.SoftwareVersions, Cut(model.Version, 64), model.Sha256[..16])
            .Set(DicomTag.ContributionDateTime, date + time)
            .Set(DicomTag.ContributionDescription, $"Image fusion by model {model.Name} {model.Version}, SHA-256 {model.Sha256[..16]}, on {model.Provider}. Research use only.");
        if (source.GetBytes(DicomTag.Manufacturer).IsEmpty)
        {
            result.SetSequence(DicomTag.ContributingEquipmentSequence, fusing);
            return;
        }
        // Filled after it joined: its text then has the character set of the whole object.
        var acquiring = new DicomDataset()
            .SetSequence(DicomTag.PurposeOfReferenceCodeSequence, References.Code("109101", "Acquisition Equipment"));
        result.SetSequence(DicomTag.ContributingEquipmentSequence, acquiring, fusing);
        acquiring.CopyFrom(source, DicomTag.Manufacturer, DicomTag.ManufacturerModelName, DicomTag.SoftwareVersions);
    }

    /// <summary>The software alone, as General Equipment.</summary>
    public static DicomDataset DescribeSoftware(DicomDataset result, string softwareVersion) => result
        .Set(DicomTag.Manufacturer, SecondaryCaptureBuilder.Manufacturer)
        .Set(DicomTag.ManufacturerModelName, SecondaryCaptureBuilder.ModelName)
        .Set(DicomTag.SoftwareVersions, softwareVersion);

    /// <summary>Dates and times of an object are local to its Timezone Offset From UTC where it has one (C.12.1.1.8).</summary>
    public static (string Date, string Time) LocalTime(DicomDataset source, DateTimeOffset at)
    {
        if (source.GetString(DicomTag.TimezoneOffsetFromUTC) is { Length: 5 } text
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var hhmm)
            && Math.Abs(hhmm) <= 1400 && Math.Abs(hhmm) % 100 < 60)
            at = at.ToOffset(new TimeSpan(hhmm / 100, hhmm % 100, 0));
        return (at.ToString("yyyyMMdd", CultureInfo.InvariantCulture), at.ToString("HHmmss", CultureInfo.InvariantCulture));
    }

    /// <summary>At most so many characters: what a VR can hold.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
