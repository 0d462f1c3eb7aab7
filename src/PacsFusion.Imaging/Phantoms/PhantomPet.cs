using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>The PET of the phantom: blurred, on a coarser grid with another origin and step than the CT, each slice with its own slope.</summary>
internal sealed class PhantomPet(PhantomOptions options, PhantomHeader header)
{
    /// <summary>Patient's Weight, kg.</summary>
    public const double Weight = 72;

    private const double FieldOfView = 560;
    private const double Step = 5;
    private const double Fwhm = 6;
    private const double Dose = 350_000_000;
    private const double HalfLife = 6586.2;
    private const double MinutesAfterStudyStart = 5;
    private const double UptakeMinutes = 60;

    // Attenuation makes an uncorrected PET bright at the rim; a share by depth is enough for a decoy.
    private const double UncorrectedScale = 40;

    /// <summary>SUV = Bq/ml * factor, for Decay Correction START.</summary>
    public static double SuvFactor => Weight * 1000 / (Dose * Math.Pow(2, -UptakeMinutes * 60 / HalfLife));

    /// <summary>Axial, head first supine; covers the CT and half a slice more.</summary>
    public VolumeGrid Grid
    {
        get
        {
            var spacing = FieldOfView / options.PetMatrix;
            var slices = Math.Max(3, (int)Math.Ceiling(4.0 * options.CtSlices / Step) + 1);
            var origin = new Vector3d(-FieldOfView / 2 + spacing / 2 + 1.3, -FieldOfView / 2 + spacing / 2 - 2.1, -Step * (slices - 1) / 2 + 0.7);
            return new VolumeGrid(options.PetMatrix, options.PetMatrix, slices,
                Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), spacing, spacing, new(0, 0, Step), origin), null);
        }
    }

    public IEnumerable<DicomDataset> Slices(PhantomContents contents, CancellationToken cancellationToken)
    {
        var corrected = contents == PhantomContents.Pet;
        var grid = Grid;
        var suv = PhantomPainter.Paint(grid, tissue => tissue.Suv, options.FunctionalShift, samples: 2, cancellationToken);
        var noise = new PhantomNoise(options.Seed, (int)contents);
        for (var i = 0; i < suv.Length; i++) suv[i] += (float)(options.Noise / 12 * 0.25 * Math.Sqrt(suv[i]) * noise.Normal(i));
        PhantomPainter.Blur(suv, grid, Fwhm);
        var pixels = new short[grid.SliceLength];
        for (var slice = 0; slice < grid.Slices; slice++)
        {
            var values = suv.AsSpan(slice * pixels.Length, pixels.Length);
            if (!corrected) Attenuate(values, grid, slice);
            var scale = corrected ? 1 / SuvFactor : UncorrectedScale;
            var slope = Slope(values, scale);
            for (var i = 0; i < pixels.Length; i++) pixels[i] = (short)Math.Clamp(Math.Round(Math.Max(0, values[i]) * scale / slope), 0, short.MaxValue);
            var dataset = header.Create(contents, DicomUid.PositronEmissionTomographyImageStorage, "PT",
                corrected ? 3 : 4, corrected ? "PET AC" : "PET NAC", slice + 1, MinutesAfterStudyStart);
            AddPet(dataset, grid, slice, corrected, slope);
            PhantomHeader.AddPlane(dataset, grid, slice, pixels, isSigned: true);
            yield return dataset;
        }
    }

    // The slope as the header's text gives it, so that quantising and reading back use one number.
    private static double Slope(ReadOnlySpan<float> values, double scale)
    {
        var greatest = 1e-3;
        foreach (var value in values) greatest = Math.Max(greatest, value);
        return double.Parse(SlopeText(greatest * scale / 32000), CultureInfo.InvariantCulture);
    }

    private static string SlopeText(double slope) => slope.ToString("0.00000000", CultureInfo.InvariantCulture);

    private static void Attenuate(Span<float> values, VolumeGrid grid, int slice)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var p = grid.ToPatient(i % grid.Columns, i / grid.Columns, slice);
            values[i] *= (float)(0.15 + 0.85 * Math.Min(1, (p.X * p.X / 30000) + (p.Y * p.Y / 12500)));
        }
    }

    private void AddPet(DicomDataset dataset, VolumeGrid grid, int slice, bool corrected, double slope)
    {
        // The orientation codes below say it for PET; both together are not allowed (PS3.3 C.7.3.1).
        dataset.Remove(DicomTag.PatientPosition);
        var injection = options.StudyStart.AddMinutes(MinutesAfterStudyStart - UptakeMinutes);
        dataset
            .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY")
            .Set(DicomTag.CorrectedImage, corrected ? ["NORM", "DTIM", "ATTN", "SCAT", "DECY", "RAN"] : ["NORM", "DTIM", "DECY", "RAN"])
            .Set(DicomTag.CollimatorType, "NONE")
            .Set(DicomTag.ActualFrameDuration, "120000")
            .SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, new DicomDataset()
                .Set(DicomTag.Radiopharmaceutical, "FDG -- fluorodeoxyglucose")
                .Set(DicomTag.RadiopharmaceuticalStartTime, PhantomHeader.Time(injection))
                .Set(DicomTag.RadiopharmaceuticalStartDateTime, PhantomHeader.Date(injection) + PhantomHeader.Time(injection))
                .Set(DicomTag.RadionuclideTotalDose, PhantomHeader.Text(Dose))
                .Set(DicomTag.RadionuclideHalfLife, PhantomHeader.Text(HalfLife))
                .Set(DicomTag.RadionuclidePositronFraction, "0.9673")
                .SetSequence(DicomTag.RadionuclideCodeSequence, Code("77004003", "SCT", "^18^Fluorine"))
                .SetSequence(DicomTag.RadiopharmaceuticalCodeSequence, Code("35321007", "SCT", "Fluorodeoxyglucose F^18^")))
            .SetSequence(DicomTag.PatientOrientationCodeSequence, Code("102538003", "SCT", "recumbent")
                .SetSequence(DicomTag.PatientOrientationModifierCodeSequence, Code("40199007", "SCT", "supine")))
            .SetSequence(DicomTag.PatientGantryRelationshipCodeSequence, Code("102540008", "SCT", "headfirst"))
            .Set(DicomTag.SeriesType, "STATIC", "IMAGE")
            .Set(DicomTag.Units, corrected ? "BQML" : "PROPCNTS")
            .Set(DicomTag.CountsSource, "EMISSION")
            .Set(DicomTag.RandomsCorrectionMethod, "DLYD")
            .Set(DicomTag.AttenuationCorrectionMethod, corrected ? "CT-derived" : "NONE")
            .Set(DicomTag.DecayCorrection, "START")
            .Set(DicomTag.ReconstructionMethod, "PHANTOM")
            .Set(DicomTag.ScatterCorrectionMethod, corrected ? "MODEL" : "NONE")
            .Set(DicomTag.FrameReferenceTime, "0")
            .Set(DicomTag.DecayFactor, "1")
            .Set(DicomTag.DoseCalibrationFactor, "1")
            .Set(DicomTag.NumberOfSlices, grid.Slices)
            .Set(DicomTag.ImageIndex, slice + 1)
            .Set(DicomTag.RescaleIntercept, "0")
            .Set(DicomTag.RescaleSlope, SlopeText(slope));
    }

    private static DicomDataset Code(string value, string scheme, string meaning) => new DicomDataset()
        .Set(DicomTag.CodeValue, value)
        .Set(DicomTag.CodingSchemeDesignator, scheme)
        .Set(DicomTag.CodeMeaning, meaning);
}
