using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Seconds from injection to the moment that the pixels refer to: one for the series, or one for each slice.</summary>
internal static class DecayTimes
{
    /// <summary>One value for START and ADMIN (0 there), one for each slice for NONE; or why there is none.</summary>
    public static (IReadOnlyList<double>? Seconds, SuvResult? Refused) Of(SuvHeader header, IReadOnlyList<DicomDataset> slices, double halfLife, SuvLimits limits)
    {
        if (header.DecayCorrection == "NONE") return OfEach(header, slices, halfLife, limits);
        var atAdministration = header.DecayCorrection == "ADMIN";
        if (SuvConversion.ScanStart(header) is not { } scan || Injection(header, scan) is not { } injection)
            return atAdministration ? ([0], null) : (null, Missing());
        // For ADMIN the time does not enter the factor, but an injection after the scan is wrong all the same.
        var elapsed = (scan - injection).TotalSeconds;
        return Implausible(elapsed, halfLife, limits) is { } refused ? (null, refused) : ([atAdministration ? 0 : elapsed], null);
    }

    // Without decay correction a slice's values hold at its Frame Reference Time, counted from the series time (PS3.3 C.8.9.4.1.5).
    private static (IReadOnlyList<double>?, SuvResult?) OfEach(SuvHeader header, IReadOnlyList<DicomDataset> slices, double halfLife, SuvLimits limits)
    {
        if (header.Series is not { } series || header.EarliestAcquisition < series || Injection(header, series) is not { } injection)
            return (null, Missing());
        var seconds = new double[slices.Count];
        for (var i = 0; i < seconds.Length; i++)
        {
            if (slices[i].GetDouble(DicomTag.FrameReferenceTime) is not { } reference || reference < 0)
                return (null, SuvConversion.No(ImagingReasons.SuvTimes, "Not decay-corrected, and a slice has no Frame Reference Time."));
            seconds[i] = (series - injection).TotalSeconds + reference / 1000;
            if (Implausible(seconds[i], halfLife, limits) is { } refused) return (null, refused);
        }
        return (seconds, null);
    }

    // With a time only, an injection that would lie after the scan was the evening before.
    private static DateTime? Injection(SuvHeader header, DateTime scan)
    {
        if (header.InjectionDateTime is { } exact) return exact;
        if (header.InjectionTime is not { } time) return null;
        var injection = scan.Date + time;
        return injection > scan ? injection.AddDays(-1) : injection;
    }

    private static SuvResult Missing() => SuvConversion.No(ImagingReasons.SuvTimes, "Injection time or scan time is missing.");

    private static SuvResult? Implausible(double elapsed, double halfLife, SuvLimits limits)
    {
        var longest = Math.Max(limits.MaximumDecayTime.TotalSeconds, 3 * halfLife);
        return elapsed >= 0 && elapsed <= longest ? null
            : SuvConversion.No(ImagingReasons.SuvDecayTime, FormattableString.Invariant($"From injection to scan: {elapsed:0.###} s; 0 to {longest:0} is plausible."));
    }
}
