using System.Diagnostics;
using PacsFusion.Dicom;
using Xunit;

namespace PacsFusion.Fusion.Tests;

/// <summary>What the tests of composed objects build on.</summary>
internal static class CompositionSamples
{
    private const string Validator = "/usr/bin/dciodvfy";

    /// <summary>What dciodvfy says of a file; skips the test where it is not here.</summary>
    public static async Task<string> ValidateAsync(string path)
    {
        Assert.SkipUnless(File.Exists(Validator), "dciodvfy is not here");
        using var process = Process.Start(new ProcessStartInfo(Validator, ["-new", path]) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said;
    }

    /// <summary>A fused series, made at 23:30:15 UTC on 4 March 2026.</summary>
    public static SecondaryCaptureSeries Series(FusionIdentity identity)
    {
        var model = new FusionModelInfo("net", "1.0.0", new string('a', 64), "cnn", FusionLevel.Feature, "cpu");
        var window = new ResolvedWindow(DisplayWindow.Parse("soft-tissue").Value, -160, 240);
        return new SecondaryCaptureSeries
        {
            Identity = identity,
            Model = model,
            Description = "PacsFusion CT+PT fused (research use only)",
            Number = 9001,
            Derivation = SecondaryCaptureSeries.DerivationText("CT", window, "PT", window, "geometry", model, ColourMap.HotIron),
            CreatedAt = new DateTimeOffset(2026, 3, 4, 23, 30, 15, TimeSpan.Zero),
            SoftwareVersion = "0.1.0",
        };
    }

    /// <summary>Header of a CT slice with umlauts and de-identification attributes.</summary>
    public static DicomDataset FixedHeader() => new DicomDataset()
        .Set(DicomTag.SpecificCharacterSet, "ISO_IR 100")
        .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage)
        .Set(DicomTag.SOPInstanceUID, "1.2.3.4")
        .Set(DicomTag.StudyInstanceUID, "1.2.3")
        .Set(DicomTag.SeriesInstanceUID, "1.2.3.3")
        .Set(DicomTag.FrameOfReferenceUID, "1.2.3.9")
        .SetEmpty(DicomTag.PositionReferenceIndicator)
        .Set(DicomTag.Modality, "CT")
        .Set(DicomTag.Manufacturer, "Maker")
        .Set(DicomTag.ManufacturerModelName, "Gerät Süd")
        .Set(DicomTag.PatientName, "Müller^Änne")
        .Set(DicomTag.PatientID, "P-1")
        .Set(DicomTag.IssuerOfPatientID, "SITE")
        .Set(DicomTag.PatientBirthDate, "19500102")
        .Set(DicomTag.PatientSex, "F")
        .Set(DicomTag.PatientAge, "076Y")
        .Set(DicomTag.PatientIdentityRemoved, "YES")
        .Set(DicomTag.DeidentificationMethod, "by hand")
        .SetSequence(DicomTag.DeidentificationMethodCodeSequence, new DicomDataset()
            .Set(DicomTag.CodeValue, "113100").Set(DicomTag.CodingSchemeDesignator, "DCM")
            .Set(DicomTag.CodeMeaning, "Basic Application Confidentiality Profile"))
        .Set(DicomTag.StudyDate, "20260304")
        .Set(DicomTag.StudyTime, "101500")
        .Set(DicomTag.StudyID, "S1")
        .Set(DicomTag.StudyDescription, "Ganzkörper")
        .Set(DicomTag.AccessionNumber, "A1")
        .SetEmpty(DicomTag.ReferringPhysicianName)
        .Set(DicomTag.ImagePositionPatient, "-250", "-250", "-360.18")
        .Set(DicomTag.ImageOrientationPatient, "1", "0", "0", "0", "1", "0")
        .Set(DicomTag.PixelSpacing, "0.976562", "0.97656200000000")
        .Set(DicomTag.SliceThickness, "3.75")
        .Set(DicomTag.SpacingBetweenSlices, "3.27");
}
