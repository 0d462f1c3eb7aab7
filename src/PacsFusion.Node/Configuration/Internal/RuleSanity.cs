using System.Globalization;
using PacsFusion.Fusion;
using PacsFusion.Imaging;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>Finds rules that are well written and can never do anything, and names that nobody bears.</summary>
internal sealed class RuleSanity(FindingList findings, BoundMap rule)
{
    private static readonly Dictionary<string, string> CommonNames = new(StringComparer.Ordinal)
    {
        ["PET"] = "PT",
        ["MRI"] = "MR",
        ["SPECT"] = "NM",
        ["ST"] = "NM",
        ["TOMO"] = "NM",
        ["ULTRASOUND"] = "US",
    };

    /// <summary>Everything that can be said of the rule.</summary>
    public void Check(RuleContext context)
    {
        CheckRole("fixed");
        CheckRole("moving");
        CheckRolesDiffer();
        CheckFrom(context.OnlyCallers);
        CheckGate();
        CheckWindows();
        CheckColours();
        CheckTargets(context);
    }

    private void Never(SourceMark at, string text, string hint = "") => findings.Error(at, FindingCodes.RuleNeverMatches, $"The rule can never match: {text}", hint);

    private void CheckRole(string name)
    {
        var role = rule.Map(name);
        var modalities = role.List("modality");
        foreach (var item in modalities?.Items.OfType<BoundScalar>() ?? [])
        {
            var modality = (string)item.Value;
            if (!RuleShape.Modalities.Contains(modality))
                Never(item.Mark, $"series of modality {modality} are not made into volumes.",
                    CommonNames.TryGetValue(modality, out var right) ? $"Did you mean '{right}'?" : $"Known: {string.Join(", ", RuleShape.Modalities)}.");
        }
        var require = role.Map("require");
        var exclude = role.Map("exclude");
        var words = modalities?.Values<string>() ?? [];
        if (words.Count > 0)
        {
            if (require.Find<bool>("attenuationCorrected") == true && !words.Any(m => m is "PT" or "NM"))
                Never(require.MarkOf("attenuationCorrected"), $"{string.Join(", ", words)} is not corrected for attenuation; PT and NM are.");
            if (require.Has("units") && !words.Contains("PT"))
                Never(require.MarkOf("units"), $"{string.Join(", ", words)} has no Units (0054,1001); PT has.");
        }
        if (require.Find<bool>("attenuationCorrected") is { } wanted && exclude.Find<bool>("attenuationCorrected") == wanted)
            Never(exclude.MarkOf("attenuationCorrected"), "the same is required and excluded.");
        if (!role.Get<bool>("allowDerived") && (require.List("imageType")?.Values<string>() ?? []).Contains("DERIVED"))
            Never(require.MarkOf("imageType"), "derived images are asked for and not allowed.", "Add allowDerived: true to the role.");
        if (name == "fixed" && role.List("prefer")?.Items.OfType<BoundScalar>().FirstOrDefault(i => Equals(i.Value, "nearest")) is { } nearest)
            findings.Error(nearest.Mark, FindingCodes.SettingWithoutEffect, "'fixed.prefer' has nearest, which is nearest to the fixed series.", "Move it to moving.prefer.");
        if (name == "fixed")
            foreach (var key in (string[])["suv", "missingSlice"])
                if (role.Has(key))
                    findings.Error(role.MarkOf(key), FindingCodes.SettingWithoutEffect, $"'fixed.{key}' is for the moving series.", $"Move it to moving.{key}.");
        CheckLists(require, exclude);
        CheckRange(require, "minSlices", "maxSlices");
        CheckRange(require, "minSliceThickness", "maxSliceThickness");
    }

    private void CheckLists(BoundMap require, BoundMap exclude)
    {
        // Of alternatives one must be left over; of Image Type every single value is required.
        foreach (var key in (string[])["units", "bodyPart", "orientation", "imageType"])
        {
            var wanted = require.List(key)?.Values<string>() ?? [];
            var barred = exclude.List(key)?.Values<string>() ?? [];
            if (wanted.Count == 0 || barred.Count == 0) continue;
            if (key == "imageType" ? wanted.Any(barred.Contains) : wanted.All(barred.Contains))
                Never(exclude.MarkOf(key), $"what {key} requires is excluded too.");
        }
    }

    private void CheckRange(BoundMap require, string low, string high)
    {
        if (Number(low) is { } least && Number(high) is { } most && least > most)
            Never(require.MarkOf(low), $"{low} is greater than {high}.");

        double? Number(string key) => require.Members.GetValueOrDefault(key) is BoundScalar { Value: IConvertible value }
            ? value.ToDouble(CultureInfo.InvariantCulture) : null;
    }

    private void CheckRolesDiffer()
    {
        if (rule.Has("fixed") && rule.Has("moving") && !rule.Map("fixed").Broken && !rule.Map("moving").Broken && Same(rule.Map("fixed"), rule.Map("moving")))
            findings.Error(rule.MarkOf("moving"), FindingCodes.RuleNeverMatches,
                "The rule can never match: fixed and moving ask for the same series, so nothing tells which is which.",
                "Tell them apart, for two MR contrasts by require: { description: … }.");
    }

    private static bool Same(BoundValue? a, BoundValue? b) => (a, b) switch
    {
        (null, null) => true,
        (BoundScalar x, BoundScalar y) => Equals(x.Value.ToString(), y.Value.ToString()),
        (BoundList x, BoundList y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => Same(p.First, p.Second)),
        (BoundMap x, BoundMap y) => x.Members.Count == y.Members.Count && x.Members.All(m => Same(m.Value, y.Members.GetValueOrDefault(m.Key))),
        _ => false,
    };

    private void CheckFrom(IReadOnlyList<string>? callers)
    {
        if (rule.Map("from").List("aeTitle") is not { } from) return;
        if (from.Items.Count == 0) Never(from.Mark, "from.aeTitle is an empty list.", "Leave from out to take any sender.");
        else if (callers is not null && !from.Values<string>().Any(callers.Contains))
            Never(from.Mark, $"none of {string.Join(", ", from.Values<string>())} may send to this node.", "Add the AE title to receive.callers in node.yaml, or set receive.acceptUnknownCallers.");
    }

    private void CheckGate()
    {
        var align = rule.Map("align");
        var suvOnCt = (rule.Map("fixed").List("modality")?.Values<string>() ?? []).Contains("CT")
            && (rule.Map("moving").List("modality")?.Values<string>() ?? []).Contains("PT");
        foreach (var key in (string[])["gate", "warn"])
        {
            if (align.Members.GetValueOrDefault(key) is not BoundMap conditions) continue;
            foreach (var (name, value) in conditions.Members)
            {
                var figure = GateFigures.Find(name)!;
                var comparison = (GateCondition)((BoundScalar)value).Value;
                var least = comparison.Comparison is GateComparison.AtLeast or GateComparison.GreaterThan;
                if (figure.NeedsSuvOnCt && !suvOnCt)
                    Never(value.Mark, $"the gate {name} exists only for PT on CT.", $"Known: {string.Join(", ", GateFigures.All.Select(f => f.Name))}.");
                else if (figure.OfRegistration && least != figure.MoreIsBetter)
                    findings.Error(value.Mark, FindingCodes.SettingWithoutEffect, $"'align.{key}.{name}' is good where it is {(figure.MoreIsBetter ? "great" : "small")}, and the condition asks for the opposite.",
                        figure.Meaning + $" Write \"{(figure.MoreIsBetter ? ">=" : "<=")} {comparison.Limit.ToString(CultureInfo.InvariantCulture)}\".");
                else if (!comparison.Holds(figure.Low) && !comparison.Holds(figure.High))
                    Never(value.Mark, string.Create(CultureInfo.InvariantCulture, $"{name} lies between {figure.Low} and {figure.High}, so the gate never opens."), figure.Meaning);
            }
        }
        if (align.Has("headerFails") && align.Get<string>("method") != "geometry")
            findings.Error(align.MarkOf("headerFails"), FindingCodes.SettingWithoutEffect, "'align.headerFails' says what follows method geometry; this rule registers always.");
    }

    private void CheckColours()
    {
        var fuse = rule.Map("fuse");
        var overlay = fuse.Get<string>("model") == PixelModels.Overlay;
        if (fuse.Has("opacity") && !overlay)
            findings.Error(fuse.MarkOf("opacity"), FindingCodes.SettingWithoutEffect, "'fuse.opacity' is for model: overlay; other models mix as they see fit.");
        if (fuse.FindObject<string>("colour") is { } colour && Looks.ColourOf(colour).IsUneven && !overlay && !fuse.Get<bool>("unevenColour"))
            findings.Error(fuse.MarkOf("colour"), FindingCodes.InvalidValue, $"'fuse.colour' is {colour}, whose lightness rises and falls, so that a fused brightness and its colours contradict each other.",
                "Take model: overlay, another colour map, or set unevenColour: true.");
    }

    private void CheckWindows()
    {
        if (rule.Map("fuse").Members.GetValueOrDefault("window") is not BoundMap windows) return;
        foreach (var (key, value) in windows.Members)
        {
            var window = (DisplayWindow)((BoundScalar)value).Value;
            var modalities = (key is "fixed" or "moving" ? rule.Map(key).List("modality")?.Values<string>() : [key.ToUpperInvariant()]) ?? [];
            if (key is not ("fixed" or "moving") && !new[] { "fixed", "moving" }.Any(r => (rule.Map(r).List("modality")?.Values<string>() ?? []).Contains(modalities[0])))
                findings.Error(value.Mark, FindingCodes.SettingWithoutEffect, $"'fuse.window.{key}' is a window for a modality that the rule does not take.");
            else if (modalities.Count > 0 && !modalities.All(m => Looks.Fits(window, m)))
                findings.Error(value.Mark, FindingCodes.WrongUnit, $"'fuse.window.{key}' is \"{window.Text}\"; {string.Join(", ", modalities)} has no such unit.",
                    "Presets belong to CT, SUV to PT; LOW..HIGH and pLOW..pHIGH fit every modality.");
        }
    }

    private void CheckTargets(RuleContext context)
    {
        if (rule.List("deliver") is { } deliver && context.Destinations is { } known)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in deliver.Items.OfType<BoundMap>().Where(d => d.Has("to")))
            {
                var to = item.Get<string>("to");
                if (!known.Contains(to))
                    findings.Error(item.MarkOf("to"), FindingCodes.UnknownDestination, $"There is no destination '{to}'.",
                        known.Count == 0 ? "node.yaml has no destinations." : Spelling.Hint(to, known));
                else if (!seen.Add(to))
                    findings.Error(item.MarkOf("to"), FindingCodes.DuplicateName, $"The rule delivers to '{to}' twice.");
            }
        }
        if (rule.Has("report") && rule.Map("report").Has("to") && context.Destinations is not null)
        {
            var to = rule.Map("report").Get<string>("to");
            if (to != context.Ehr)
                findings.Error(rule.Map("report").MarkOf("to"), FindingCodes.UnknownReportTarget, $"There is no EHR '{to}'.",
                    context.Ehr is { } ehr ? $"The EHR in node.yaml is '{ehr}'." : "node.yaml has no ehr; leave report out or write report: null.");
        }
    }
}
