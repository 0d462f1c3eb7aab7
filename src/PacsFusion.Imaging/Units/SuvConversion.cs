using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// SUV from the headers of a PET series. Bq/ml: a measure of the body (weight, lean mass, surface) divided by the injected activity, decayed
/// from injection to the moment that the pixels refer to (PS3.3 C.8.9.1; scan start by the vendor-neutral rules of QIBA). Philips counts: the
/// vendor's own scale. g/ml and cm2/ml: the values are SUV already. Where a number is missing or implausible there is no SUV; nothing is
/// assumed.
/// </summary>
public static class SuvConversion
{
    /// <summary>The factor of a series.</summary>
    /// <param name="slices">Headers of all slices of one PET series, at least one; the scan start is the earliest of all.</param>
    /// <param name="limits">What is plausible; null takes <see cref="SuvLimits.Default"/>.</param>
    /// <param name="kind">What to normalise by.</param>
    public static SuvResult Of(IReadOnlyList<DicomDataset> slices, SuvLimits? limits = null, SuvKind kind = SuvKind.BodyWeight)
    {
        ArgumentNullException.ThrowIfNull(slices);
        ArgumentOutOfRangeException.ThrowIfZero(slices.Count, nameof(slices));
        limits ??= SuvLimits.Default;
        var header = SuvHeader.From(slices);
        return Of(header, slices, limits, kind) with { Kind = kind };
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

    private static SuvResult Of(SuvHeader header, IReadOnlyList<DicomDataset> slices, SuvLimits limits, SuvKind kind)
    {
        if (header.Inconsistent is { } keyword) return No(ImagingReasons.SuvInconsistent, $"Slices disagree in {keyword}.");
        if (header.Units is not ("BQML" or "CNTS" or "GML" or "CM2ML")) return No(ImagingReasons.SuvUnits, $"Units is {Code(header.Units)}.");
        if (!header.IsAttenuationCorrected || header.DecayCorrection != "NONE" && !header.Corrections.Contains("DECY"))
            return No(ImagingReasons.SuvUncorrected, "Corrected Image does not name both ATTN and DECY, or no method of attenuation correction is named beside ATTN.");
        return header.Units switch
        {
            "GML" => FromSuv(header, header.SuvType, kind, limits),
            "CM2ML" => FromSuv(header, "BSA", kind, limits),
            "CNTS" => FromCounts(header, slices, kind, limits),
            _ => FromActivity(header, slices, 1, "BQML", kind, limits),
        };
    }

    private static SuvResult FromSuv(SuvHeader header, string? type, SuvKind kind, SuvLimits limits)
    {
        if (SuvKinds.OfType(type) is not { } given) return No(ImagingReasons.SuvType, $"SUV Type is {Code(type)}.");
        if (given == kind) return new SuvResult(1, null, $"Units {header.Units}: the values are SUV by {given} already.");
        return Exchange(1, given, kind, header, limits, $"Units {header.Units}, SUV by {given}");
    }

    private static SuvResult FromCounts(SuvHeader header, IReadOnlyList<DicomDataset> slices, SuvKind kind, SuvLimits limits)
    {
        if (header.PhilipsSuvScale is > 0 and var scale)
        {
            var text = Invariant($"Philips counts: (7053,xx00) = {scale:G9}");
            return kind == SuvKind.BodyWeight ? new SuvResult(scale, null, text + ".") : Exchange(scale, SuvKind.BodyWeight, kind, header, limits, text);
        }
        return header.PhilipsActivityScale is > 0 and var activity
            ? FromActivity(header, slices, activity, "Philips counts", kind, limits)
            : No(ImagingReasons.SuvPrivateScale, "Units CNTS without (7053,xx00) or (7053,xx09) of creator Philips PET Private Group.");
    }

    // From one measure of the body to another.
    private static SuvResult Exchange(double factor, SuvKind from, SuvKind to, SuvHeader header, SuvLimits limits, string origin)
    {
        var (given, refused) = BodyMeasure.Of(from, header, limits);
        if (refused is not null) return refused;
        (var wanted, refused) = BodyMeasure.Of(to, header, limits);
        if (refused is not null) return refused;
        var result = factor * wanted!.Value / given!.Value;
        return new SuvResult(result, null, Invariant($"{origin}: {factor:G9} * {wanted:G6} / {given:G6} = {result:G8}."));
    }

    private static SuvResult FromActivity(SuvHeader header, IReadOnlyList<DicomDataset> slices, double activityScale, string origin, SuvKind kind, SuvLimits limits)
    {
        var (weight, refused) = BodyMeasure.Of(SuvKind.BodyWeight, header, limits);
        if (refused is not null) return refused;
        if (header.DecayCorrection is not ("START" or "ADMIN" or "NONE") || header.DecayCorrection == "NONE" && header.Corrections.Contains("DECY"))
            return No(ImagingReasons.SuvDecayCorrection, $"Decay Correction is {Code(header.DecayCorrection)}.");
        if (header.Tracers > 1) return No(ImagingReasons.SuvInconsistent, $"The header names {header.Tracers} administrations.");
        if (header.HalfLife is not { } halfLife || !(halfLife > 0 && double.IsFinite(halfLife)))
            return No(ImagingReasons.SuvHalfLife, $"Radionuclide Half Life is {Number(header.HalfLife)} s.");
        var fluorine = halfLife is >= 6500 and <= 6700;
        var (least, most) = fluorine ? (limits.MinimumFluorineDose, limits.MaximumFluorineDose) : (limits.MinimumDose, limits.MaximumDose);
        if (header.Dose is not { } dose || !(dose >= least && dose <= most))
            return No(ImagingReasons.SuvDose, Invariant($"Radionuclide Total Dose is {Number(header.Dose)} Bq; {least:G3} to {most:G3} is plausible."));
        (var measure, refused) = BodyMeasure.Of(kind, header, limits);
        if (refused is not null) return refused;
        var (decays, missing) = DecayTimes.Of(header, slices, halfLife, limits);
        if (missing is not null) return missing;
        var factors = new double[decays!.Count];
        for (var i = 0; i < factors.Length; i++)
        {
            var byWeight = weight!.Value / (dose * Math.Pow(2, -decays[i] / halfLife));
            if (!(byWeight >= limits.MinimumFactor && byWeight <= limits.MaximumFactor))
                return No(ImagingReasons.SuvFactor, Invariant($"The factor comes out as {byWeight:G6}; {limits.MinimumFactor:G3} to {limits.MaximumFactor:G3} is plausible."));
            factors[i] = activityScale * byWeight * measure!.Value / weight.Value;
        }
        var scaled = activityScale == 1 ? "" : Invariant($"{activityScale:G9} * ");
        var each = factors.Length > 1 ? "; first slice, each has its own" : "";
        return new SuvResult(factors[0], null,
            Invariant($"{origin}, {header.DecayCorrection}: {scaled}{measure!.Value:G7} / ({dose:G10} * 2^(-{decays[0]:0.###} / {halfLife:G9})) = {factors[0]:G8}{each}."))
        {
            SliceFactors = factors.Length > 1 ? factors : null,
            Warnings = header.DecayCorrection == "START" && header.Units == "BQML" ? DecayFactorCheck.Of(slices, halfLife) : [],
        };
    }

    internal static SuvResult No(string code, string text) => new(null, code, text);

    // Only a short code string is repeated, so that free text of a broken header cannot get into a message.
    private static string Code(string? value) => value switch
    {
        null or "" => "missing",
        { Length: <= 16 } when value.All(char.IsAsciiLetterOrDigit) => value,
        _ => "not a known code",
    };

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "missing";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
