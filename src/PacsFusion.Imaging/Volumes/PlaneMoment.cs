using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>What tells images at one position apart, in the order in which it is tried.</summary>
internal enum MomentKey
{
    /// <summary>0 for ORIGINAL, 1 for DERIVED (Image Type value 1).</summary>
    Derivation,
    EnergyWindow,
    TemporalPosition,
    CardiacPercent,
    CardiacDelay,
    TimeSlot,
    RespiratoryPercent,
    RespiratoryDelay,
    EchoTime,
    DiffusionBValue,
    DiffusionDirection,
    InversionTime,

    /// <summary>PET frame time, ms after the first; not taken for static series, where it tells beds apart.</summary>
    FrameTime,
    AcquisitionNumber,
}

/// <summary>The values of all keys that an image carries.</summary>
internal sealed class PlaneMoment
{
    private static readonly int s_keys = Enum.GetValues<MomentKey>().Length;
    private const long DirectionBase = 2048;

    private readonly double?[] _values = new double?[s_keys];

    public double? this[MomentKey key]
    {
        get => _values[(int)key];
        init => _values[(int)key] = value;
    }

    public bool SameAs(PlaneMoment other) => _values.AsSpan().SequenceEqual(other._values);

    /// <summary>Of a single-frame object.</summary>
    public static PlaneMoment Of(DicomDataset header)
    {
        // A bed of a static or whole-body PET has its own time and number; that is no second volume.
        var isStatic = header.GetString(DicomTag.SeriesType) is "STATIC" or "WHOLE BODY";
        return new PlaneMoment
        {
            [MomentKey.Derivation] = Derivation(header.GetStrings(DicomTag.ImageType)),
            [MomentKey.TemporalPosition] = header.GetDouble(DicomTag.TemporalPositionIdentifier) ?? header.GetDouble(DicomTag.TemporalPositionIndex),
            [MomentKey.CardiacPercent] = header.GetDouble(DicomTag.NominalPercentageOfCardiacPhase),
            [MomentKey.CardiacDelay] = header.GetDouble(DicomTag.NominalCardiacTriggerDelayTime) ?? header.GetDouble(DicomTag.TriggerTime),
            [MomentKey.RespiratoryPercent] = header.GetDouble(DicomTag.NominalPercentageOfRespiratoryPhase),
            [MomentKey.RespiratoryDelay] = header.GetDouble(DicomTag.NominalRespiratoryTriggerDelayTime),
            [MomentKey.EchoTime] = header.GetDouble(DicomTag.EchoTime),
            [MomentKey.DiffusionBValue] = header.GetDouble(DicomTag.DiffusionBValue) ?? PrivateBValue(header),
            [MomentKey.DiffusionDirection] = Direction(header.GetDoubles(DicomTag.DiffusionGradientOrientation)),
            [MomentKey.InversionTime] = header.GetDouble(DicomTag.InversionTime),
            [MomentKey.FrameTime] = isStatic ? null : header.GetDouble(DicomTag.FrameReferenceTime),
            [MomentKey.AcquisitionNumber] = isStatic ? null : header.GetDouble(DicomTag.AcquisitionNumber),
        };
    }

    /// <summary>Of a frame with functional groups; each macro may stand in the frame or be shared.</summary>
    /// <param name="frame">Looks a macro up.</param>
    /// <param name="single">What a converted object kept of the single-frame header; null where nothing.</param>
    /// <param name="imageType">Frame Type.</param>
    public static PlaneMoment OfFrame(Func<DicomTag, DicomDataset?> frame, DicomDataset? single, IReadOnlyList<string> imageType)
    {
        var content = frame(DicomTag.FrameContentSequence);
        var cardiac = frame(DicomTag.CardiacSynchronizationSequence);
        var breath = frame(DicomTag.RespiratorySynchronizationSequence);
        var diffusion = frame(DicomTag.MRDiffusionSequence);
        var kept = single is null ? null : Of(single);
        return new PlaneMoment
        {
            [MomentKey.Derivation] = Derivation(imageType),
            [MomentKey.TemporalPosition] = content?.GetDouble(DicomTag.TemporalPositionIndex) ?? kept?[MomentKey.TemporalPosition],
            [MomentKey.CardiacPercent] = cardiac?.GetDouble(DicomTag.NominalPercentageOfCardiacPhase) ?? kept?[MomentKey.CardiacPercent],
            [MomentKey.CardiacDelay] = cardiac?.GetDouble(DicomTag.NominalCardiacTriggerDelayTime) ?? kept?[MomentKey.CardiacDelay],
            [MomentKey.RespiratoryPercent] = breath?.GetDouble(DicomTag.NominalPercentageOfRespiratoryPhase) ?? kept?[MomentKey.RespiratoryPercent],
            [MomentKey.RespiratoryDelay] = breath?.GetDouble(DicomTag.NominalRespiratoryTriggerDelayTime) ?? kept?[MomentKey.RespiratoryDelay],
            [MomentKey.EchoTime] = frame(DicomTag.MREchoSequence)?.GetDouble(DicomTag.EffectiveEchoTime) ?? kept?[MomentKey.EchoTime],
            [MomentKey.DiffusionBValue] = diffusion?.GetDouble(DicomTag.DiffusionBValue) ?? kept?[MomentKey.DiffusionBValue],
            [MomentKey.DiffusionDirection] = Direction(diffusion?.GetItem(DicomTag.DiffusionGradientDirectionSequence)?.GetDoubles(DicomTag.DiffusionGradientOrientation) ?? [])
                ?? kept?[MomentKey.DiffusionDirection],
            [MomentKey.InversionTime] = kept?[MomentKey.InversionTime],
            [MomentKey.FrameTime] = Milliseconds(content?.GetString(DicomTag.FrameReferenceDateTime)) ?? kept?[MomentKey.FrameTime],
            [MomentKey.AcquisitionNumber] = content?.GetDouble(DicomTag.FrameAcquisitionNumber) ?? kept?[MomentKey.AcquisitionNumber],
        };
    }

    /// <summary>How a value is named to a reader.</summary>
    public static string Name(MomentKey key, double value) => key switch
    {
        MomentKey.Derivation => value == 0 ? "ORIGINAL" : "DERIVED",
        MomentKey.EnergyWindow => Invariant($"energy window {value:0}"),
        MomentKey.TemporalPosition => Invariant($"temporal position {value:0.###}"),
        MomentKey.CardiacPercent => Invariant($"{value:0.#} % of the heart cycle"),
        MomentKey.CardiacDelay => Invariant($"trigger time {value:0.#} ms"),
        MomentKey.TimeSlot => Invariant($"time slot {value:0}"),
        MomentKey.RespiratoryPercent => Invariant($"{value:0.#} % of the breathing cycle"),
        MomentKey.RespiratoryDelay => Invariant($"{value:0.#} ms in the breathing cycle"),
        MomentKey.EchoTime => Invariant($"echo time {value:0.###} ms"),
        MomentKey.DiffusionBValue => Invariant($"b-value {value:0.#} s/mm2"),
        MomentKey.DiffusionDirection => DirectionName((long)value),
        MomentKey.InversionTime => Invariant($"inversion time {value:0.#} ms"),
        MomentKey.FrameTime => Invariant($"frame time {value:0.#} ms"),
        _ => Invariant($"acquisition {value:0}"),
    };

    private static double? Derivation(IReadOnlyList<string> imageType) => imageType.Count > 0 && imageType[0] == "DERIVED" ? 1 : 0;

    // Three cosines to three decimals in one number: only equality counts.
    private static double? Direction(double[] gradient) =>
        gradient.Length == 3 && gradient.All(cosine => Math.Abs(cosine) <= 1.001)
            ? (Digits(gradient[0]) * DirectionBase + Digits(gradient[1])) * DirectionBase + Digits(gradient[2])
            : null;

    private static long Digits(double cosine) => (long)Math.Round(cosine * 1000) + DirectionBase / 2;

    private static string DirectionName(long code)
    {
        return Invariant($"diffusion direction {Cosine(code / DirectionBase / DirectionBase)}\\{Cosine(code / DirectionBase % DirectionBase)}\\{Cosine(code % DirectionBase)}");

        static double Cosine(long digits) => (digits - DirectionBase / 2) / 1000.0;
    }

    // Before the standard had an element for it each vendor had one. GE adds multiples of 1e9 to some.
    private static double? PrivateBValue(DicomDataset header) =>
        PrivateElements.Number(header, 0x0019, "SIEMENS MR HEADER", 0x0C)
        ?? PrivateElements.Number(header, 0x2001, "Philips Imaging DD 001", 0x03)
        ?? (PrivateElements.Number(header, 0x0043, "GEMS_PARM_01", 0x39) is { } weighting ? weighting % 100_000 : null);

    private static double? Milliseconds(string? dateTime) =>
        DicomClock.DateAndTime(dateTime) is { } moment ? (double)(moment.Ticks / TimeSpan.TicksPerMillisecond) : null;

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
