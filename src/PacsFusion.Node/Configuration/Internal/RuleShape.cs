using PacsFusion.Imaging;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>The keys of a rule.</summary>
internal static class RuleShape
{
    /// <summary>Modalities whose series become volumes.</summary>
    public static IReadOnlyList<string> Modalities { get; } = ["CT", "MR", "PT", "NM", "US"];

    /// <summary>Keys of <c>fuse.window</c>: a modality or a role.</summary>
    public static IReadOnlyList<string> WindowKeys { get; } = ["ct", "mr", "pt", "nm", "us", "fixed", "moving"];

    /// <summary>The words of <c>prefer</c>.</summary>
    public static IReadOnlyDictionary<string, Preference> Preferences { get; } = new Dictionary<string, Preference>(StringComparer.Ordinal)
    {
        ["original"] = Preference.Original,
        ["derived"] = Preference.Derived,
        ["attenuation-corrected"] = Preference.AttenuationCorrected,
        ["thinnest"] = Preference.Thinnest,
        ["thickest"] = Preference.Thickest,
        ["most-slices"] = Preference.MostSlices,
        ["fewest-slices"] = Preference.FewestSlices,
        ["largest-matrix"] = Preference.LargestMatrix,
        ["smallest-matrix"] = Preference.SmallestMatrix,
        ["newest"] = Preference.Newest,
        ["oldest"] = Preference.Oldest,
        ["nearest"] = Preference.Nearest,
        ["axial"] = Preference.Axial,
        ["coronal"] = Preference.Coronal,
        ["sagittal"] = Preference.Sagittal,
    };

    /// <summary>The words of <c>suv</c>.</summary>
    public static IReadOnlyDictionary<string, SuvKind> SuvKinds { get; } = new Dictionary<string, SuvKind>(StringComparer.Ordinal)
    {
        ["body-weight"] = SuvKind.BodyWeight,
        ["lean-body-mass-james"] = SuvKind.LeanBodyMassJames,
        ["lean-body-mass-james-128"] = SuvKind.LeanBodyMassJames128,
        ["lean-body-mass-janmahasatian"] = SuvKind.LeanBodyMassJanmahasatian,
        ["body-surface-area"] = SuvKind.BodySurfaceArea,
        ["ideal-body-weight"] = SuvKind.IdealBodyWeight,
    };

    /// <summary>The words of <c>orientation</c>.</summary>
    public static IReadOnlyList<string> Orientations { get; } = ["axial", "coronal", "sagittal", "oblique"];

    private static readonly MapShape Conditions = new(
        new("attenuationCorrected", Scalars.Flag(), "Whether the counts were corrected for attenuation (PT, NM)."),
        new("units", Words("a value of Units (0054,1001)", "^[A-Z0-9_]{1,16}$"), "Any of these Units (0054,1001); PT alone has them."),
        new("imageType", Words("a value of Image Type (0008,0008)", "^[A-Z0-9_ ]{1,16}$"), "Image Type values: in require all of them, in exclude any."),
        new("minSlices", Scalars.Integer(1, 100_000), "At least so many slices."),
        new("maxSlices", Scalars.Integer(1, 100_000), "At most so many slices."),
        new("minSliceThickness", Scalars.Length(0, 100), "Distance between slices, else their thickness; mm or cm."),
        new("maxSliceThickness", Scalars.Length(0, 100), "Distance between slices, else their thickness; mm or cm."),
        new("description", Scalars.Pattern(), "Regular expression, found anywhere in Series Description, case ignored."),
        new("bodyPart", Words("a value of Body Part Examined (0018,0015)", "^[A-Z0-9_ ]{1,16}$"), "Any of these Body Part Examined values."),
        new("manufacturer", new ListShape(Scalars.Text("a manufacturer"), orSingle: true, minItems: 1), "Manufacturer contains any of these, case ignored."),
        new("orientation", new ListShape(Scalars.Choice("an orientation", Orientations), orSingle: true, minItems: 1), "Any of these orientations of the planes."));

    private static readonly MapShape Role = new(
        new("modality", new ListShape(Scalars.Matching("a modality of two to sixteen capitals", "^[A-Z0-9]{2,16}$"), orSingle: true, minItems: 1), "One modality or a list.") { Required = true },
        new("prefer", new ListShape(Scalars.Choice("a preference", [.. Preferences.Keys]), orSingle: true), "What decides among several that fit, most important first."),
        new("require", Conditions, "What must hold, all of it."),
        new("exclude", Conditions, "What must not hold, none of it."),
        new("allowDerived", Scalars.Flag(), "Whether images that others derived may take the role.") { Default = "false" },
        new("suv", Scalars.Choice("what uptake is normalised by", [.. SuvKinds.Keys]), "What a PET's uptake is normalised by; moving only.") { Default = "body-weight" },
        new("missingSlice", Scalars.Choice("refuse or interpolate", "refuse", "interpolate"), "One slice that is missing inside the stack; moving only.") { Default = "refuse" });

    private static readonly MapShape Deliver = new(
        new("to", Scalars.Text("the name of a destination"), "Name of a destination in node.yaml.") { Required = true },
        new("as", Scalars.Choice("a form of result", "secondary-capture"), "Form: secondary-capture, one colour image per slice.") { Default = "secondary-capture" });

    /// <summary>The whole file.</summary>
    public static MapShape Root { get; } = new(
        new("rule", Scalars.Matching("a name of small letters, digits and dashes", "^[a-z0-9][a-z0-9-]{0,63}$"), "Name of the rule, unlike every other.") { Required = true },
        new("version", Scalars.Integer(1, 1_000_000), "Raise it with every change that may change a result.") { Required = true },
        new("from", new MapShape(
            new Field("aeTitle", new ListShape(Scalars.AeTitle(), orSingle: true), "Calling AE titles that both series come from; absent: any.")), "Where the series come from."),
        new("fixed", Role, "The series whose slices are shown; the result has its geometry.") { Required = true },
        new("moving", Role, "The series that is brought onto it.") { Required = true },
        new("pair", new MapShape(
            new("sameStudy", Scalars.Flag(), "Both in one study.") { Default = "true" },
            new("sameFrameOfReference", Scalars.Flag(), "Both in one frame of reference.") { Default = "true" },
            new("maxInterval", Scalars.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650)), "Longest time between their starts; null: any.") { Nullable = true }), "What must hold between the two."),
        new("settle", NodeShape.Settle(null, null), "When its series count as complete; absent: as in node.yaml."),
        new("align", new MapShape(
            new("method", Scalars.Choice("a method of alignment", "geometry", "rigid", "affine"), "geometry: by the headers where they stand up; rigid, affine: always by registration.") { Default = "geometry" },
            new("headerFails", Scalars.Choice("register or refuse", "register", "refuse"), "Where method is geometry and the headers do not stand up: register, or refuse the pair.") { Default = "register" },
            new("gate", new FreeMapShape(Scalars.Condition(), [.. GateFigures.All.Select(f => f.Name)]), "Figures that the alignment must reach, or the pair is refused."),
            new("warn", new FreeMapShape(Scalars.Condition(), [.. GateFigures.All.Select(f => f.Name)]), "Figures below which the result warns of its alignment.")), "How moving is brought onto fixed."),
        new("fuse", new MapShape(
            new("model", Scalars.Matching("the name of a model", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), "Name of a model; default: the catalogue's choice for the kind of pair.") { Default = "default" },
            new("window", new FreeMapShape(Looks.Window(), WindowKeys), "Range that is shown, by modality or role."),
            new("colour", Looks.Colour(), "Colour map of the moving image; absent: hot-iron for PT, NM and US, else grey."),
            new("opacity", Scalars.Number(0, 1), "Opacity of the moving image over the fixed one, for model: overlay.") { Default = "0.5" },
            new("unevenColour", Scalars.Flag(), "Take a colour map whose lightness rises and falls, although the fusion sets the brightness.") { Default = "false" },
            new("postProcessing", new ListShape(Scalars.Choice("a step after the fusion", [.. PacsFusion.Fusion.PostProcess.All.Select(step => step.Name)]), orSingle: true), "Steps after the fusion, in order; absent: none."),
            new("explain", Scalars.Flag(), "Whether a series of its own shows which source each pixel comes from.") { Default = "false" }), "The look of the result."),
        new("deliver", new ListShape(Deliver), "Where the result goes; absent: to all destinations; []: nowhere."),
        new("report", new MapShape(
            new Field("to", Scalars.Text("the name of an EHR"), "Name of the EHR in node.yaml.") { Required = true }), "Where the report goes; absent: to the EHR, if there is one; null: nowhere.")
        { Nullable = true });

    private static ListShape Words(string expected, string pattern) => new(Scalars.Matching(expected, pattern), orSingle: true, minItems: 1);
}
