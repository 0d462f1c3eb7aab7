using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// SUV by body weight from the headers of a PET series. Bq/ml: weight in g divided by the injected activity, decayed from injection to the
/// moment that the pixels refer to (PS3.3 C.8.9.1; scan start by the vendor-neutral rules of QIBA). Philips counts: the vendor's own scale.
/// g/ml: the values are SUV already. Where a number is missing or implausible there is no SUV; nothing is assumed.
/// </summary>
public static class SuvConversion
{
    /// <summary>The factor of a series.</summary>
    /// <param name="slices">Headers of all slices of one PET series, at least one; the scan start is the earliest of all.</param>
    /// <param name="limits">What is plausible; null takes <see cref="SuvLimits.Default"/>.</param>
    public static SuvResult Of(IReadOnlyList<DicomDataset> slices, SuvLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(slices);
        ArgumentOutOfRangeException.ThrowIfZero(slices.Count, nameof(slices));
        limits ??= SuvLimits.Default;
        var header = SuvHeader.From(slices);
        if (header.Inconsistent is { } keyword) return No(ImagingReasons.SuvInconsistent, $"Slices disagree in {keyword}.");
        if (header.Units is not ("BQML" or "CNTS" or "GML")) return No(ImagingReasons.SuvUnits, $"Units is {Code(header.Units)}.");
        if (!header.Corrections.Contains("ATTN") || !header.Corrections.Contains("DECY"))
            return No(ImagingReasons.SuvUncorrected, "Corrected Image does not name both ATTN and DECY.");
        return header.Units switch
        {
            "GML" => header.SuvType is null or "BW"
                ? new SuvResult(1, null, "Units GML: the values are SUV by body weight.")
                : No(ImagingReasons.SuvType, $"SUV Type is {Code(header.SuvType)}."),
            "CNTS" => FromCounts(header, limits),
            _ => FromActivity(header, 1, "BQML", limits),
        };
    }

    /// <summary>
    /// When the scan that the pixels refer to started, for Decay Correction START: the series time unless that lies after the earliest
    /// acquisition (then the series was made again later), else GE's private scan time, else the start computed back from Siemens' beds,
    /// else the earliest acquisition. Null where no time is known.
    /// </summary>
    internal static DateTime? ScanStart(SuvHeader header)
    {
        if (header.Series is { } series && (header.EarliestAcquisition is not { } earliest || series <= earliest)) return series;
        return header.GeScan ?? header.SiemensScan ?? header.EarliestAcquisition;
    }

    private static SuvResult FromCounts(SuvHeader header, SuvLimits limits)
    {
        if (header.PhilipsSuvScale is > 0 and var scale)
            return new SuvResult(scale, null, Invariant($"Philips counts: (7053,xx00) = {scale:G9}."));
        return header.PhilipsActivityScale is > 0 and var activity
            ? FromActivity(header, activity, "Philips counts", limits)
            : No(ImagingReasons.SuvPrivateScale, "Units CNTS without (7053,xx00) or (7053,xx09) of creator Philips PET Private Group.");
    }

    private static SuvResult FromActivity(SuvHeader header, double activityScale, string origin, SuvLimits limits)
    {
        if (header.Weight is not { } weight || !(weight >= limits.MinimumWeight && weight <= limits.MaximumWeight))
            return No(ImagingReasons.SuvWeight, Invariant($"Patient's Weight is {Number(header.Weight)} kg; {limits.MinimumWeight:G3} to {limits.MaximumWeight:G3} is plausible."));
        if (header.DecayCorrection is not ("START" or "ADMIN"))
            return No(ImagingReasons.SuvDecayCorrection, $"Decay Correction is {Code(header.DecayCorrection)}.");
        if (header.HalfLife is not { } halfLife || !(halfLife > 0 && double.IsFinite(halfLife)))
            return No(ImagingReasons.SuvHalfLife, $"Radionuclide Half Life is {Number(header.HalfLife)} s.");
        var fluorine = halfLife is >= 6500 and <= 6700;
        var (least, most) = fluorine ? (limits.MinimumFluorineDose, limits.MaximumFluorineDose) : (limits.MinimumDose, limits.MaximumDose);
        if (header.Dose is not { } dose || !(dose >= least && dose <= most))
            return No(ImagingReasons.SuvDose, Invariant($"Radionuclide Total Dose is {Number(header.Dose)} Bq; {least:G3} to {most:G3} is plausible."));
        var elapsed = DecayTime(header, halfLife, limits, out var refused);
        if (refused is not null) return refused;
        var decay = header.DecayCorrection == "ADMIN" ? 0 : elapsed;
        var factor = activityScale * weight * 1000 / (dose * Math.Pow(2, -decay / halfLife));
        var unscaled = factor / activityScale;
        if (!(unscaled >= limits.MinimumFactor && unscaled <= limits.MaximumFactor))
            return No(ImagingReasons.SuvFactor, Invariant($"The factor comes out as {unscaled:G6}; {limits.MinimumFactor:G3} to {limits.MaximumFactor:G3} is plausible."));
        var scaled = activityScale == 1 ? "" : Invariant($"{activityScale:G9} * ");
        return new SuvResult(factor, null,
            Invariant($"{origin}, {header.DecayCorrection}: {scaled}{weight:G6} * 1000 / ({dose:G10} * 2^(-{decay:0.###} / {halfLife:G9})) = {factor:G8}."));
    }

    // Seconds from injection to scan start. For ADMIN they do not enter the factor, but an injection after the scan is wrong all the same.
    private static double DecayTime(SuvHeader header, double halfLife, SuvLimits limits, out SuvResult? refused)
    {
        refused = null;
        var atAdministration = header.DecayCorrection == "ADMIN";
        if (ScanStart(header) is not { } scan || header.InjectionDateTime is null && header.InjectionTime is null)
        {
            if (!atAdministration) refused = No(ImagingReasons.SuvTimes, "Injection time or scan time is missing.");
            return 0;
        }
        var injection = header.InjectionDateTime ?? OnTheDayOf(scan, header.InjectionTime!.Value);
        var elapsed = (scan - injection).TotalSeconds;
        var longest = Math.Max(limits.MaximumDecayTime.TotalSeconds, 3 * halfLife);
        if (elapsed < 0 || elapsed > longest)
            refused = No(ImagingReasons.SuvDecayTime, Invariant($"From injection to scan: {elapsed:0.###} s; 0 to {longest:0} is plausible."));
        return elapsed;
    }

    // With a time only, an injection that would lie after the scan was the evening before.
    private static DateTime OnTheDayOf(DateTime scan, TimeSpan time)
    {
        var injection = scan.Date + time;
        return injection > scan ? injection.AddDays(-1) : injection;
    }

    private static SuvResult No(string code, string text) => new(null, code, text);

    // Only a short code string is repeated, so that free text of a broken header cannot get into a message.
    private static string Code(string? value) => value switch
    {
        null or "" => "missing",
        { Length: <= 8 } when value.All(char.IsAsciiLetterOrDigit) => value,
        _ => "not a known code",
    };

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "missing";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
