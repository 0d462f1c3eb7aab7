using System.Net;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>The bound tree of node.yaml to a <see cref="NodeConfiguration"/>, with the checks that need more than one key.</summary>
internal sealed class NodeBinder(BoundMap root, string? file, FindingList findings)
{
    /// <summary>The configuration. To be used only where no finding is an error.</summary>
    public NodeConfiguration Bind()
    {
        var settle = root.Map("settle");
        var node = new NodeConfiguration
        {
            File = file,
            Node = Node(root.Map("node")),
            Web = new WebSettings(root.Map("web").Get<Uri>("url")),
            Receive = Receive(root.Map("receive")),
            Settle = new SettleSettings(settle.Get<TimeSpan>("quiet"), settle.Get<TimeSpan>("suspectGrace")),
            Destinations = [],
            Ehr = root.Has("ehr") ? Ehr(root.Map("ehr")) : null,
            Fusion = Fusion(root.Map("fusion")),
            Retention = new RetentionSettings(root.Map("retention").Find<TimeSpan>("keepDone"), root.Map("retention").Get<long>("minFreeSpace")),
            Rules = [],
        };
        node = node with { Destinations = Destinations(node.Node) };
        CheckAddresses(node);
        var (folder, rules) = Rules(node);
        return node with { RulesFolder = folder, Rules = rules };
    }

    private static NodeSettings Node(BoundMap node) => new(
        node.Get<string>("aeTitle"), node.Get<int>("dicomPort"), node.Get<IPAddress>("bind"), node.FindObject<TimeZoneInfo>("timeZone") ?? TimeZoneInfo.Local);

    private ReceiveSettings Receive(BoundMap receive)
    {
        var callers = new List<CallerSettings>();
        foreach (var caller in receive.List("callers")?.Items.OfType<BoundMap>() ?? [])
        {
            var title = caller.Get<string>("aeTitle");
            if (caller.Has("aeTitle") && callers.Any(c => c.AeTitle == title))
                findings.Error(caller.MarkOf("aeTitle"), FindingCodes.DuplicateName, $"The caller '{title}' is listed twice.", "Keep one; a range takes several addresses.");
            callers.Add(new CallerSettings(title, caller.Find<IPNetwork>("address"), caller.List("calledAeTitles")?.Values<string>(), caller.FindObject<string>("issuer")));
        }
        return new ReceiveSettings(receive.Get<bool>("acceptUnknownCallers"), receive.Get<string>("defaultIssuer"), receive.Get<int>("maxAssociations"),
            receive.Find<int>("maxAssociationsPerPeer"), receive.Get<TimeSpan>("idleTimeout"), callers);
    }

    private List<DestinationSettings> Destinations(NodeSettings node)
    {
        var destinations = new List<DestinationSettings>();
        foreach (var map in root.List("destinations")?.Items.OfType<BoundMap>() ?? [])
        {
            var name = map.Get<string>("name");
            if (map.Has("name") && destinations.Any(d => d.Name == name))
                findings.Error(map.MarkOf("name"), FindingCodes.DuplicateName, $"Two destinations have the name '{name}'.");
            var destination = new DestinationSettings(name, DestinationKind.Dicom, map.Get<string>("aeTitle"),
                map.FindObject<string>("callingAeTitle") ?? node.AeTitle, map.Get<string>("host"), map.Get<int>("port"), map.Get<bool>("commitment"), Retry(map.Map("retry")));
            if (map.Has("port") && destination.Port == node.DicomPort && destination.AeTitle == node.AeTitle && IsLoopback(destination.Host))
                findings.Error(map.MarkOf("port"), FindingCodes.DestinationIsThisNode, $"The destination '{name}' is this node: results would come back to where they were made.");
            if (destination.Commitment)
                findings.Warning(map.MarkOf("commitment"), FindingCodes.SettingWithoutEffect, "'destinations.commitment' has no effect: this version does not ask for storage commitment.", "Leave it out.");
            destinations.Add(destination);
        }
        return destinations;
    }

    private RetrySettings Retry(BoundMap retry)
    {
        var settings = new RetrySettings(retry.Get<TimeSpan>("initial"), retry.Get<double>("factor"), retry.Get<TimeSpan>("cap"), retry.Find<TimeSpan>("giveUpAfter"));
        if (settings.Cap < settings.Initial)
            findings.Error(retry.MarkOf(retry.Has("cap") ? "cap" : "initial"), FindingCodes.OutOfRange, "'retry.cap' is shorter than 'retry.initial'.");
        return settings;
    }

    private EhrSettings Ehr(BoundMap ehr)
    {
        var auth = ehr.Get<string>("auth") == "bearer" ? EhrAuthentication.Bearer : EhrAuthentication.None;
        var tokenFile = PathOf(ehr, "tokenFile");
        var url = ehr.Get<Uri>("url");
        if (auth == EhrAuthentication.Bearer && tokenFile is null)
            findings.Error(ehr.MarkOf("auth"), FindingCodes.MissingKey, "'ehr.auth' is bearer and 'ehr.tokenFile' is missing.", "Give the path of a file that holds the token alone.");
        else if (auth == EhrAuthentication.None && tokenFile is not null)
            findings.Error(ehr.MarkOf("tokenFile"), FindingCodes.SettingWithoutEffect, "'ehr.tokenFile' is not used: 'ehr.auth' is none.", "Set ehr.auth to bearer.");
        else if (tokenFile is not null && !File.Exists(tokenFile))
            findings.Error(ehr.MarkOf("tokenFile"), FindingCodes.FileNotFound, "The file of 'ehr.tokenFile' is not there.");
        if (auth == EhrAuthentication.Bearer && url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url.Host))
            findings.Warning(ehr.MarkOf("url"), FindingCodes.TokenInClear, "The token travels unencrypted: 'ehr.url' is http.", "Use https.");
        var systems = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var written = ehr.Members.GetValueOrDefault("patientSystems") as BoundMap;
        foreach (var (issuer, system) in written?.Members ?? new Dictionary<string, BoundValue>())
            systems.Add(issuer, (string)((BoundScalar)system).Value);
        if (systems.Count == 0 && written is not { Broken: true } && !ehr.Broken)
            findings.Warning(ehr.Mark, FindingCodes.SettingWithoutEffect, "'ehr.patientSystems' is empty, so no patient can be looked up and no report is sent.",
                "Map each issuer of patient IDs to its FHIR system; the key \"\" stands for an empty issuer.");
        return new EhrSettings(ehr.Get<string>("name"), url, auth, tokenFile, systems, ehr.FindObject<string>("accessionSystem"), ehr.FindObject<string>("organization"),
            ehr.Has("wadoRs") ? new WadoRsSettings(ehr.Map("wadoRs").Get<string>("name"), ehr.Map("wadoRs").Get<Uri>("url")) : null, Retry(ehr.Map("retry")));
    }

    private FusionSettings Fusion(BoundMap fusion) => new(
        fusion.List("providers")?.Values<string>() is { Count: > 0 } providers ? [.. providers.Distinct()] : ["cuda", "cpu"],
        fusion.Get<int>("threads"), PathOf(fusion, "models") ?? DefaultModels(), PathOf(fusion, "nativeLibraries"));

    private void CheckAddresses(NodeConfiguration node)
    {
        var web = node.Web.Url;
        if (!IsLoopback(web.Host))
            findings.Error(root.Map("web").MarkOf("url"), FindingCodes.WebNotLoopback, "'web.url' is not a loopback address; the pages have no login.",
                "Use 127.0.0.1 and put a reverse proxy with authentication before it.");
        if (web.Port == node.Node.DicomPort && web.Port != 0)
            findings.Error(root.Map("web").Has("url") ? root.Map("web").MarkOf("url") : root.Map("node").MarkOf("dicomPort"), FindingCodes.PortClash,
                $"'web.url' and 'node.dicomPort' both take port {web.Port}.");
        if (node.Receive.AcceptUnknownCallers && !IPAddress.IsLoopback(node.Node.Bind))
            findings.Warning(root.Map("node").MarkOf("bind"), FindingCodes.OpenToAnybody, "Anybody who reaches this machine may send: 'node.bind' is not loopback and unknown callers are accepted.",
                "List receive.callers and set receive.acceptUnknownCallers to false.");
        if (!node.Receive.AcceptUnknownCallers && node.Receive.Callers.Count == 0)
            findings.Warning(root.Map("receive").MarkOf("acceptUnknownCallers"), FindingCodes.NobodyCanSend, "Nobody may send by DICOM: unknown callers are refused and 'receive.callers' is empty.",
                "List the callers.");
    }

    private (string? Folder, IReadOnlyList<FusionRule> Rules) Rules(NodeConfiguration node)
    {
        var (folder, sources) = RuleSources();
        var context = new RuleContext([.. node.Destinations.Select(d => d.Name)], node.Ehr?.Name,
            node.Receive.AcceptUnknownCallers ? null : [.. node.Receive.Callers.Select(c => c.AeTitle)], node.Settle);
        var rules = new SortedDictionary<string, FusionRule>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            if (RuleBinder.Bind(source, context, findings) is not var (rule, nameMark)) continue;
            if (!rules.TryAdd(rule.Name, rule))
                findings.Error(nameMark, FindingCodes.DuplicateName, $"Two rules have the name '{rule.Name}'.", $"The other one is {rules[rule.Name].File}.");
        }
        return (folder, [.. rules.Values]);
    }

    private (string? Folder, IReadOnlyList<ConfigurationSource> Sources) RuleSources()
    {
        var folder = PathOf(root, "rules");
        if (folder is null && file is not null && !root.Nulls.Contains("rules") && Path.Combine(FolderOf(file), "rules") is var beside && Directory.Exists(beside))
            folder = beside;
        if (folder is null) return (null, ConfigurationSource.BuiltInRules());
        var mark = root.MarkOf("rules");
        if (!Directory.Exists(folder))
        {
            findings.Error(mark, FindingCodes.FileNotFound, "The folder of 'rules' is not there.", "Write rules: null to use the built-in rules.");
            return (folder, []);
        }
        var files = Directory.EnumerateFiles(folder).Where(f => Path.GetExtension(f) is ".yaml" or ".yml" && !Path.GetFileName(f).StartsWith('.'))
            .Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            findings.Warning(mark, FindingCodes.NoRules, "The folder of 'rules' holds no rule, so nothing is ever fused.", "Rules are files NAME.yaml; write rules: null to use the built-in ones.");
        return (folder, [.. files.Select(f => ConfigurationSource.FromFile(f, findings.Sink)).OfType<ConfigurationSource>()]);
    }

    /// <summary>A path of the file is relative to the file, one of an override to the working directory.</summary>
    private string? PathOf(BoundMap map, string key)
    {
        if (map.FindObject<string>(key) is not { } path) return null;
        var folder = file is not null && map.MarkOf(key).File == file ? FolderOf(file) : ".";
        return Path.GetFullPath(path, Path.GetFullPath(folder));
    }

    private static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";

    // Here first, then beside the program and above it: a build folder lies below the checkout that holds models/.
    private static string DefaultModels()
    {
        var here = Path.GetFullPath("models");
        if (Directory.Exists(here)) return here;
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Directory.Exists(Path.Combine(folder, "models"))) return Path.Combine(folder, "models");
        return here;
    }

    private static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
