using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>What a rule is checked against beside itself.</summary>
/// <param name="Destinations">Names in node.yaml; null: not known, names are taken as they are.</param>
/// <param name="Ehr">Name of the EHR; null: none is configured.</param>
/// <param name="OnlyCallers">The AE titles that may send at all; null: any.</param>
/// <param name="Settle">The node's own times.</param>
internal sealed record RuleContext(IReadOnlyList<string>? Destinations, string? Ehr, IReadOnlyList<string>? OnlyCallers, SettleSettings Settle)
{
    /// <summary>For a rule that is looked at alone.</summary>
    public static RuleContext Alone { get; } =
        new(null, null, null, new SettleSettings(TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10)));
}

/// <summary>One rule's text to a <see cref="FusionRule"/>.</summary>
internal static class RuleBinder
{
    /// <summary>The rule, and where its name stands; null (with findings) where anything is wrong with it.</summary>
    public static (FusionRule Rule, SourceMark NameMark)? Bind(ConfigurationSource source, RuleContext context, FindingList findings)
    {
        var own = new FindingList();
        var tree = YamlComposer.Compose(source, own);
        (FusionRule, SourceMark)? bound = tree is null ? null : Bind(tree, source, context, own);
        findings.AddRange(own);
        return own.HasErrors ? null : bound;
    }

    private static (FusionRule, SourceMark) Bind(ConfigNode tree, ConfigurationSource source, RuleContext context, FindingList findings)
    {
        var root = new ShapeBinder(findings).Bind(tree, RuleShape.Root);
        var sanity = new RuleSanity(findings, root);
        sanity.Check(context);
        var fixedRole = Role(root.Map("fixed"));
        var movingRole = Role(root.Map("moving"));
        var pair = root.Map("pair");
        var settle = root.Map("settle");
        var align = root.Map("align");
        return (new FusionRule
        {
            Name = root.Get<string>("rule"),
            Version = root.Get<int>("version"),
            File = source.Name,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source.Text))),
            FromAeTitles = root.Map("from").List("aeTitle")?.Values<string>(),
            Fixed = fixedRole,
            Moving = movingRole,
            Pair = new PairSpec(pair.Get<bool>("sameStudy"), pair.Get<bool>("sameFrameOfReference"), pair.Find<TimeSpan>("maxInterval")),
            Settle = new SettleSettings(settle.Find<TimeSpan>("quiet") ?? context.Settle.Quiet, settle.Find<TimeSpan>("suspectGrace") ?? context.Settle.SuspectGrace),
            Align = new AlignSpec(
                Enum.Parse<AlignMethod>(align.Get<string>("method"), ignoreCase: true), Enum.Parse<HeaderFailure>(align.Get<string>("headerFails"), ignoreCase: true),
                Conditions(align, "gate"), Conditions(align, "warn")),
            Fuse = Fuse(root.Map("fuse"), fixedRole, movingRole),
            Deliver = Deliver(root, context),
            ReportTo = root.Has("report") ? root.Map("report").Get<string>("to") : root.Nulls.Contains("report") ? null : context.Ehr,
        }, root.MarkOf("rule"));
    }

    private static RoleSpec Role(BoundMap role) => new()
    {
        Modalities = role.List("modality")?.Values<string>() ?? [],
        Prefer = [.. (role.List("prefer")?.Values<string>() ?? []).Select(w => RuleShape.Preferences[w])],
        Require = Conditions(role.Map("require")),
        Exclude = Conditions(role.Map("exclude")),
        AllowDerived = role.Get<bool>("allowDerived"),
        SuvKind = RuleShape.SuvKinds[role.Get<string>("suv")],
        InterpolateMissingSlice = role.Get<string>("missingSlice") == "interpolate",
    };

    private static ConditionSpec Conditions(BoundMap map) => new()
    {
        AttenuationCorrected = map.Find<bool>("attenuationCorrected"),
        Units = map.List("units")?.Values<string>(),
        ImageType = map.List("imageType")?.Values<string>(),
        MinSlices = map.Find<int>("minSlices"),
        MaxSlices = map.Find<int>("maxSlices"),
        MinSliceThickness = map.Find<double>("minSliceThickness"),
        MaxSliceThickness = map.Find<double>("maxSliceThickness"),
        Description = map.FindObject<Regex>("description"),
        BodyPart = map.List("bodyPart")?.Values<string>(),
        Manufacturer = map.List("manufacturer")?.Values<string>(),
        Orientation = map.List("orientation")?.Values<string>() is { } words ? [.. words.Select(w => Enum.Parse<OrientationClass>(w, ignoreCase: true))] : null,
    };

    private static SortedDictionary<string, GateCondition> Conditions(BoundMap align, string key)
    {
        var conditions = new SortedDictionary<string, GateCondition>(StringComparer.Ordinal);
        if (align.Members.GetValueOrDefault(key) is BoundMap figures)
            foreach (var (name, value) in figures.Members)
                conditions.Add(name, (GateCondition)((BoundScalar)value).Value);
        return conditions;
    }

    private static FuseSpec Fuse(BoundMap fuse, RoleSpec fixedRole, RoleSpec movingRole)
    {
        var windows = fuse.Members.GetValueOrDefault("window") as BoundMap;
        return new FuseSpec(fuse.Get<string>("model"), Window("fixed", fixedRole), Window("moving", movingRole),
            Looks.ColourOf(fuse.FindObject<string>("colour") ?? (movingRole.Modalities.Any(m => m is "PT" or "NM" or "US") ? "hot-iron" : "grey")), fuse.Get<bool>("explain"))
        {
            FixedWindows = Windows("fixed", fixedRole),
            MovingWindows = Windows("moving", movingRole),
            Opacity = fuse.Get<double>("opacity"),
            PostProcessing = [.. (fuse.List("postProcessing")?.Values<string>() ?? []).Select(name => PostProcess.All.Single(step => step.Name == name))],
        };

        DisplayWindow Window(string key, RoleSpec role) => Of(key, role.Modalities.Count > 0 ? role.Modalities[0] : "");

        DisplayWindow Of(string key, string modality) => Written(key) ?? Written(modality.ToLowerInvariant()) ?? DisplayWindow.DefaultFor(modality);

        // What suits the first modality of a role (HU for a CT) may be no window at all for the next.
        Dictionary<string, DisplayWindow> Windows(string key, RoleSpec role) =>
            role.Modalities.Count > 1 ? role.Modalities.Distinct(StringComparer.Ordinal).ToDictionary(modality => modality, modality => Of(key, modality), StringComparer.Ordinal) : [];

        DisplayWindow? Written(string key) => windows?.Members.GetValueOrDefault(key) is BoundScalar scalar ? (DisplayWindow)scalar.Value : null;
    }

    private static IReadOnlyList<DeliverSpec> Deliver(BoundMap root, RuleContext context) =>
        root.List("deliver") is { } written
            ? [.. written.Items.OfType<BoundMap>().Select(d => new DeliverSpec(d.Get<string>("to"), DeliveryForm.SecondaryCapture))]
            : [.. (context.Destinations ?? []).Select(d => new DeliverSpec(d, DeliveryForm.SecondaryCapture))];
}
