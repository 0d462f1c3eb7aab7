using System.Text.RegularExpressions;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Configuration;

/// <summary>One validated rule: which two series are fused, how, and where the result goes.</summary>
internal sealed record FusionRule
{
    public required string Name { get; init; }

    /// <summary>From 1; part of the identity of every result (invariant 4).</summary>
    public required int Version { get; init; }

    /// <summary>File it stands in; <c>built-in/NAME.yaml</c> for an embedded one.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 over the rule's text, 64 lower-case hex digits: shows an edit without a new version.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Calling AE titles that both series must come from; null: any.</summary>
    public IReadOnlyList<string>? FromAeTitles { get; init; }

    public required RoleSpec Fixed { get; init; }
    public required RoleSpec Moving { get; init; }
    public required PairSpec Pair { get; init; }

    /// <summary>When its series settle: the rule's own times, else the node's.</summary>
    public required SettleSettings Settle { get; init; }

    public required AlignSpec Align { get; init; }
    public required FuseSpec Fuse { get; init; }

    /// <summary>Where the result goes. A rule that says nothing goes to all destinations.</summary>
    public required IReadOnlyList<DeliverSpec> Deliver { get; init; }

    /// <summary>Everything that changes how the result looks, in one line; part of its identity (invariant 4).</summary>
    public string Look => $"secondary-capture;{Align.Method};{Align.HeaderFails};{Moving.SuvKind};{Moving.InterpolateMissingSlice};{Fuse.FixedWindow.Text};{Fuse.MovingWindow.Text};{Fuse.Colour.Name}{Fuse.Further}";

    /// <summary>Name of the EHR that gets the report; null: no report. A rule that says nothing reports where an EHR is configured.</summary>
    public string? ReportTo { get; init; }
}

/// <summary>The series that a role takes.</summary>
internal sealed record RoleSpec
{
    /// <summary>At least one modality, upper case.</summary>
    public required IReadOnlyList<string> Modalities { get; init; }

    /// <summary>What decides among several that fit, most important first.</summary>
    public IReadOnlyList<Preference> Prefer { get; init; } = [];

    /// <summary>What must hold; all of it.</summary>
    public ConditionSpec Require { get; init; } = new();

    /// <summary>What must not hold; none of it.</summary>
    public ConditionSpec Exclude { get; init; } = new();

    /// <summary>Whether images that others derived may take the role (invariant 9).</summary>
    public bool AllowDerived { get; init; }

    /// <summary>What a PET's uptake is normalised by; for the moving role.</summary>
    public SuvKind SuvKind { get; init; }

    /// <summary>Whether one slice that is missing is filled in between its neighbours, with a warning; for the moving role.</summary>
    public bool InterpolateMissingSlice { get; init; }
}

/// <summary>Named conditions on a series; null members ask nothing.</summary>
internal sealed record ConditionSpec
{
    public bool? AttenuationCorrected { get; init; }

    /// <summary>Any of these Units (0054,1001).</summary>
    public IReadOnlyList<string>? Units { get; init; }

    /// <summary>In <c>require</c> all of these Image Type values, in <c>exclude</c> any.</summary>
    public IReadOnlyList<string>? ImageType { get; init; }

    public int? MinSlices { get; init; }
    public int? MaxSlices { get; init; }

    /// <summary>mm between slices, else slice thickness.</summary>
    public double? MinSliceThickness { get; init; }

    /// <summary>mm between slices, else slice thickness.</summary>
    public double? MaxSliceThickness { get; init; }

    /// <summary>Found anywhere in Series Description; case does not matter.</summary>
    public Regex? Description { get; init; }

    /// <summary>Any of these Body Part Examined values.</summary>
    public IReadOnlyList<string>? BodyPart { get; init; }

    /// <summary>Manufacturer contains any of these; case does not matter.</summary>
    public IReadOnlyList<string>? Manufacturer { get; init; }

    /// <summary>Any of these.</summary>
    public IReadOnlyList<OrientationClass>? Orientation { get; init; }
}

/// <summary>What decides among several series that fit a role.</summary>
internal enum Preference
{
    Original,
    Derived,
    AttenuationCorrected,
    Thinnest,
    Thickest,
    MostSlices,
    FewestSlices,
    LargestMatrix,
    SmallestMatrix,
    Newest,
    Oldest,

    /// <summary>Nearest in time to the fixed series; for the moving role.</summary>
    Nearest,

    Axial,
    Coronal,
    Sagittal,
}

/// <summary>What must hold between the two.</summary>
/// <param name="SameStudy">Equal Study Instance UIDs.</param>
/// <param name="SameFrameOfReference">Equal, present Frame of Reference UIDs.</param>
/// <param name="MaxInterval">Longest time between their starts; null: any.</param>
internal sealed record PairSpec(bool SameStudy, bool SameFrameOfReference, TimeSpan? MaxInterval);

/// <summary>How moving is brought onto fixed.</summary>
internal enum AlignMethod
{
    /// <summary>By the headers, where a quick registration finds nothing better.</summary>
    Geometry,

    /// <summary>By a rigid registration, always.</summary>
    Rigid,

    /// <summary>By an affine registration, always.</summary>
    Affine,
}

/// <summary>What happens where the headers do not stand up to the quick registration, or say nothing.</summary>
internal enum HeaderFailure
{
    /// <summary>The registered transform is taken, if it passes the gate.</summary>
    Register,

    /// <summary>The pair is refused.</summary>
    Refuse,
}

/// <summary>Alignment and what it must reach. Figures are those of <see cref="GateFigures"/>.</summary>
/// <param name="Method">How.</param>
/// <param name="HeaderFails">What happens where <see cref="AlignMethod.Geometry"/> finds the headers wrong.</param>
/// <param name="Gate">Figure to condition; a pair that breaks one is refused.</param>
/// <param name="Warn">Figure to condition; a result that breaks one says so visibly.</param>
internal sealed record AlignSpec(AlignMethod Method, HeaderFailure HeaderFails, IReadOnlyDictionary<string, GateCondition> Gate, IReadOnlyDictionary<string, GateCondition> Warn);

/// <summary>The look of the result.</summary>
/// <param name="Model">Name in the catalogue, or <c>default</c>.</param>
/// <param name="FixedWindow">Window of the fixed image.</param>
/// <param name="MovingWindow">Window of the moving image.</param>
/// <param name="Colour">Colour map of the moving image.</param>
/// <param name="Explain">Whether a series of its own shows which source each pixel comes from.</param>
internal sealed record FuseSpec(string Model, DisplayWindow FixedWindow, DisplayWindow MovingWindow, ColourMap Colour, bool Explain = false)
{
    /// <summary>Windows of the modalities of a fixed role that takes several; empty where it takes one.</summary>
    public IReadOnlyDictionary<string, DisplayWindow> FixedWindows { get; init; } = new Dictionary<string, DisplayWindow>();

    /// <summary>Windows of the modalities of a moving role that takes several; empty where it takes one.</summary>
    public IReadOnlyDictionary<string, DisplayWindow> MovingWindows { get; init; } = new Dictionary<string, DisplayWindow>();

    /// <summary>Opacity of the moving image, 0 to 1, for the model <c>overlay</c>.</summary>
    public double Opacity { get; init; } = 0.5;

    /// <summary>Steps after the fusion, in order.</summary>
    public IReadOnlyList<PostProcess> PostProcessing { get; init; } = [];

    /// <summary>What differs from the plain look, in one line; empty where nothing does, so that identities of plain results stay.</summary>
    public string Further =>
        Several("fixed", FixedWindows) + Several("moving", MovingWindows)
        + (Explain ? ";explain" : "")
        + (Model == PixelModels.Overlay ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $";opacity {Opacity:0.####}") : "")
        + string.Concat(PostProcessing.Select(step => ";" + step.Id));

    /// <summary>The window of a fixed series of that modality.</summary>
    public DisplayWindow FixedWindowOf(string modality) => FixedWindows.GetValueOrDefault(modality, FixedWindow);

    /// <summary>The window of a moving series of that modality.</summary>
    public DisplayWindow MovingWindowOf(string modality) => MovingWindows.GetValueOrDefault(modality, MovingWindow);

    private static string Several(string role, IReadOnlyDictionary<string, DisplayWindow> windows) =>
        string.Concat(windows.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $";{role} {entry.Key} {entry.Value.Text}"));
}

/// <summary>The form in which a result is delivered.</summary>
internal enum DeliveryForm
{
    /// <summary>One Secondary Capture image per slice.</summary>
    SecondaryCapture,
}

/// <summary>One delivery of the result.</summary>
/// <param name="To">Name of a destination that exists.</param>
/// <param name="As">Form.</param>
internal sealed record DeliverSpec(string To, DeliveryForm As);
