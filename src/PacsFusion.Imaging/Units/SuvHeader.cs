using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>What the SUV rules need of a PET series, taken from its slices.</summary>
internal sealed record SuvHeader
{
    public string? Units { get; private init; }
    public string? SuvType { get; private init; }
    public string? DecayCorrection { get; private init; }
    public IReadOnlyList<string> Corrections { get; private init; } = [];
    public bool IsAttenuationCorrected { get; private init; }
    public double? Weight { get; private init; }
    /// <summary>Patient's Size, m.</summary>
    public double? Height { get; private init; }

    public string? Sex { get; private init; }

    /// <summary>Administrations that the header names.</summary>
    public int Tracers { get; private init; }

    public double? Dose { get; private init; }
    public double? HalfLife { get; private init; }
    public DateTime? Series { get; private init; }
    public TimeSpan? InjectionTime { get; private init; }
    public DateTime? InjectionDateTime { get; private init; }
    public DateTime? EarliestAcquisition { get; private init; }

    /// <summary>GE's private scan time (0009,xx0D), creator GEMS_PETD_01.</summary>
    public DateTime? GeScan { get; private init; }

    /// <summary>Scan start computed back from each bed of a Siemens series; earliest.</summary>
    public DateTime? SiemensScan { get; private init; }

    /// <summary>Philips' SUV per count (7053,xx00).</summary>
    public double? PhilipsSuvScale { get; private init; }

    /// <summary>Philips' Bq/ml per count (7053,xx09).</summary>
    public double? PhilipsActivityScale { get; private init; }

    /// <summary>Keyword of the first element in which slices disagree though the series must have one value; null where none does.</summary>
    public string? Inconsistent { get; private init; }

    /// <summary>Collects from all slices of a series, at least one.</summary>
    public static SuvHeader From(IReadOnlyList<DicomDataset> slices)
    {
        var first = slices[0];
        var tracer = first.GetItem(DicomTag.RadiopharmaceuticalInformationSequence);
        var zone = first.GetString(DicomTag.TimezoneOffsetFromUTC);
        var halfLife = tracer?.GetDouble(DicomTag.RadionuclideHalfLife);
        return new SuvHeader
        {
            Units = first.GetString(DicomTag.Units),
            SuvType = first.GetString(DicomTag.SUVType),
            DecayCorrection = first.GetString(DicomTag.DecayCorrection),
            Corrections = first.GetStrings(DicomTag.CorrectedImage),
            IsAttenuationCorrected = slices.All(AttenuationIsCorrected),
            Weight = first.GetDouble(DicomTag.PatientWeight),
            Height = first.GetDouble(DicomTag.PatientSize),
            Sex = first.GetString(DicomTag.PatientSex),
            Tracers = first.GetSequence(DicomTag.RadiopharmaceuticalInformationSequence).Count,
            Dose = tracer?.GetDouble(DicomTag.RadionuclideTotalDose),
            HalfLife = halfLife,
            Series = DicomClock.Combine(first.GetString(DicomTag.SeriesDate), first.GetString(DicomTag.SeriesTime)),
            InjectionTime = DicomClock.TimeOfDay(tracer?.GetString(DicomTag.RadiopharmaceuticalStartTime)),
            InjectionDateTime = DicomClock.DateAndTime(tracer?.GetString(DicomTag.RadiopharmaceuticalStartDateTime), zone),
            EarliestAcquisition = slices.Min(Acquisition),
            GeScan = DicomClock.DateAndTime(PrivateElements.Text(first, 0x0009, "GEMS_PETD_01", 0x0D), zone),
            SiemensScan = slices.Min(slice => SiemensScanStart(slice, halfLife)),
            PhilipsSuvScale = PrivateElements.Number(first, 0x7053, "Philips PET Private Group", 0x00),
            PhilipsActivityScale = PrivateElements.Number(first, 0x7053, "Philips PET Private Group", 0x09),
            Inconsistent = FindInconsistency(slices),
        };
    }

    /// <summary>
    /// Whether ATTN stands in Corrected Image and no method contradicts it: GE lists ATTN for uncorrected series too, which then have no
    /// Attenuation Correction Method and the Scatter Correction Method None.
    /// </summary>
    public static bool AttenuationIsCorrected(DicomDataset slice)
    {
        if (!slice.GetStrings(DicomTag.CorrectedImage).Contains("ATTN")) return false;
        var method = slice.GetString(DicomTag.AttenuationCorrectionMethod);
        return !IsNone(method) && (method is not null || !IsNone(slice.GetString(DicomTag.ScatterCorrectionMethod)));

        static bool IsNone(string? text) => string.Equals(text?.Trim(), "none", StringComparison.OrdinalIgnoreCase);
    }

    private static string? FindInconsistency(IReadOnlyList<DicomDataset> slices)
    {
        foreach (var tag in (DicomTag[])[DicomTag.Units, DicomTag.SUVType, DicomTag.DecayCorrection, DicomTag.PatientWeight, DicomTag.PatientSize, DicomTag.PatientSex, DicomTag.SeriesDate, DicomTag.SeriesTime])
            for (var i = 1; i < slices.Count; i++)
                if (!string.Equals(slices[0].GetString(tag), slices[i].GetString(tag), StringComparison.Ordinal)) return tag.Keyword;
        foreach (var tag in (DicomTag[])[DicomTag.RadionuclideTotalDose, DicomTag.RadionuclideHalfLife, DicomTag.RadiopharmaceuticalStartTime, DicomTag.RadiopharmaceuticalStartDateTime])
            for (var i = 1; i < slices.Count; i++)
                if (!string.Equals(OfTracer(slices[0], tag), OfTracer(slices[i], tag), StringComparison.Ordinal)) return tag.Keyword;
        return null;

        static string? OfTracer(DicomDataset slice, DicomTag tag) =>
            slice.GetItem(DicomTag.RadiopharmaceuticalInformationSequence)?.GetString(tag);
    }

    private static DateTime? Acquisition(DicomDataset slice) =>
        DicomClock.Combine(slice.GetString(DicomTag.AcquisitionDate), slice.GetString(DicomTag.AcquisitionTime));

    // A bed's values refer to the moment when its mean count rate held; Frame Reference Time leads from the scan start to that moment.
    private static DateTime? SiemensScanStart(DicomDataset slice, double? halfLife)
    {
        var maker = slice.GetString(DicomTag.Manufacturer) ?? "";
        if (!maker.Contains("SIEMENS", StringComparison.OrdinalIgnoreCase) && !maker.Contains("CPS", StringComparison.OrdinalIgnoreCase)) return null;
        if (halfLife is not > 0 || Acquisition(slice) is not { } start) return null;
        if (slice.GetDouble(DicomTag.FrameReferenceTime) is not { } reference || slice.GetDouble(DicomTag.ActualFrameDuration) is not { } duration) return null;
        if (!(reference > 0 && duration > 0)) return null;
        var lambda = Math.Log(2) / halfLife.Value;
        var x = lambda * duration / 1000;
        var mean = Math.Log(x / (1 - Math.Exp(-x))) / lambda;
        return start + TimeSpan.FromSeconds(mean - reference / 1000);
    }
}
