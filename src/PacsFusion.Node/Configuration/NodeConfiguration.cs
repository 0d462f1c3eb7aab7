using System.Net;

namespace PacsFusion.Node.Configuration;

/// <summary>The validated configuration of one node. Immutable: a reload makes another one.</summary>
internal sealed record NodeConfiguration
{
    /// <summary>Path of the file it came from; null for the built-in defaults.</summary>
    public string? File { get; init; }

    public required NodeSettings Node { get; init; }
    public required WebSettings Web { get; init; }
    public required ReceiveSettings Receive { get; init; }
    public required SettleSettings Settle { get; init; }

    /// <summary>Where results go; names are unique. May be empty.</summary>
    public required IReadOnlyList<DestinationSettings> Destinations { get; init; }

    /// <summary>Where reports go; null: nowhere.</summary>
    public EhrSettings? Ehr { get; init; }

    public required FusionSettings Fusion { get; init; }
    public required RetentionSettings Retention { get; init; }

    /// <summary>Folder that the rules came from; null for the built-in rules.</summary>
    public string? RulesFolder { get; init; }

    /// <summary>The rules, sorted by name; names are unique.</summary>
    public required IReadOnlyList<FusionRule> Rules { get; init; }
}

/// <summary><c>node</c>: who the node is.</summary>
/// <param name="AeTitle">AE title, 1 to 16 characters.</param>
/// <param name="DicomPort">0 to 65535; 0 takes any free port.</param>
/// <param name="Bind">Address that the DICOM side listens on.</param>
/// <param name="TimeZone">Zone of devices that do not state theirs (0008,0201).</param>
internal sealed record NodeSettings(string AeTitle, int DicomPort, IPAddress Bind, TimeZoneInfo TimeZone);

/// <summary><c>web</c>: pages, REST and health.</summary>
/// <param name="Url">http, a loopback host, port 0 takes any free one.</param>
internal sealed record WebSettings(Uri Url);

/// <summary><c>receive</c>: who may send and how much at once.</summary>
/// <param name="AcceptUnknownCallers">Whether AE titles that are not listed may associate.</param>
/// <param name="DefaultIssuer">Issuer of Patient ID for callers without their own; empty: none.</param>
/// <param name="MaxAssociations">Open associations in all, 1 to 1000.</param>
/// <param name="MaxAssociationsPerPeer">Open associations of one peer; null: no limit of its own.</param>
/// <param name="IdleTimeout">An association without traffic is aborted after this.</param>
/// <param name="Callers">The listed callers; AE titles are unique.</param>
internal sealed record ReceiveSettings(bool AcceptUnknownCallers, string DefaultIssuer, int MaxAssociations, int? MaxAssociationsPerPeer,
    TimeSpan IdleTimeout, IReadOnlyList<CallerSettings> Callers)
{
    /// <summary>The issuer that a missing one stands for, by calling AE title (invariant 1).</summary>
    public string IssuerFor(string callingAeTitle) =>
        Callers.FirstOrDefault(c => c.AeTitle == callingAeTitle)?.Issuer ?? DefaultIssuer;
}

/// <summary>One element of <c>receive.callers</c>.</summary>
/// <param name="AeTitle">Calling AE title.</param>
/// <param name="Address">Network that it must call from (one address is a network of one); null: any.</param>
/// <param name="CalledAeTitles">AE titles that it may call; null: the node's own.</param>
/// <param name="Issuer">Issuer of Patient ID where its objects name none; null: <c>receive.defaultIssuer</c>.</param>
internal sealed record CallerSettings(string AeTitle, IPNetwork? Address, IReadOnlyList<string>? CalledAeTitles, string? Issuer);

/// <summary><c>settle</c>: when a series counts as complete.</summary>
/// <param name="Quiet">No instance for this long.</param>
/// <param name="SuspectGrace">The same after an abort.</param>
internal sealed record SettleSettings(TimeSpan Quiet, TimeSpan SuspectGrace);

/// <summary>How a destination is spoken to.</summary>
internal enum DestinationKind
{
    /// <summary>C-STORE.</summary>
    Dicom,
}

/// <summary>One element of <c>destinations</c>.</summary>
/// <param name="Name">Name that rules use.</param>
/// <param name="Kind">Protocol.</param>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="CallingAeTitle">The AE title the node calls with.</param>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Commitment">Whether storage commitment is to be asked for; this version does not yet, and says so.</param>
/// <param name="Retry">When a failed delivery is tried again.</param>
internal sealed record DestinationSettings(string Name, DestinationKind Kind, string AeTitle, string CallingAeTitle, string Host, int Port,
    bool Commitment, RetrySettings Retry);

/// <summary>Waits between attempts: <c>initial * factor^n</c>, at most <c>cap</c>.</summary>
/// <param name="Initial">First wait.</param>
/// <param name="Factor">1 to 10.</param>
/// <param name="Cap">Longest wait.</param>
/// <param name="GiveUpAfter">Age at which the delivery becomes a dead letter; null: never.</param>
internal sealed record RetrySettings(TimeSpan Initial, double Factor, TimeSpan Cap, TimeSpan? GiveUpAfter);

/// <summary>How the node proves itself to the EHR.</summary>
internal enum EhrAuthentication
{
    None,
    Bearer,
}

/// <summary><c>ehr</c>: the FHIR R4 server that reports go to.</summary>
/// <param name="Name">Name that rules use.</param>
/// <param name="Url">FHIR base, without a slash at the end.</param>
/// <param name="Auth">None, or a bearer token from a file.</param>
/// <param name="TokenFile">Absolute path of the file that holds the token; null with <c>none</c>.</param>
/// <param name="PatientSystems">Issuer of Patient ID to FHIR system; the key "" stands for an empty issuer.</param>
/// <param name="AccessionSystem">FHIR system of accession numbers; null: orders are not looked up.</param>
/// <param name="Organization"><c>Organization/id</c> that answers for the node; null: none is named.</param>
/// <param name="WadoRs">DICOMweb service of the PACS for links to images; null: no links.</param>
/// <param name="Retry">When a failed report is tried again.</param>
internal sealed record EhrSettings(string Name, Uri Url, EhrAuthentication Auth, string? TokenFile, IReadOnlyDictionary<string, string> PatientSystems,
    string? AccessionSystem, string? Organization, WadoRsSettings? WadoRs, RetrySettings Retry);

/// <summary><c>ehr.wadoRs</c>.</summary>
/// <param name="Name">Identity of the FHIR Endpoint.</param>
/// <param name="Url">Base of WADO-RS.</param>
internal sealed record WadoRsSettings(string Name, Uri Url);

/// <summary><c>fusion</c>: how networks are run.</summary>
/// <param name="Providers">Execution providers in order of preference, at least one.</param>
/// <param name="Threads">Slices fused at once, each by one thread; 0 means one for each processor.</param>
/// <param name="ModelsFolder">Absolute path of the folder of models; need not exist.</param>
/// <param name="NativeLibraries">Absolute path of a folder with another ONNX Runtime; null: the one that came with the node.</param>
internal sealed record FusionSettings(IReadOnlyList<string> Providers, int Threads, string ModelsFolder, string? NativeLibraries);

/// <summary><c>retention</c>: what is kept.</summary>
/// <param name="KeepDone">How long the sources of finished cases stay in the spool; null: for ever.</param>
/// <param name="MinFreeSpace">Bytes; below it the node answers out of resources.</param>
internal sealed record RetentionSettings(TimeSpan? KeepDone, long MinFreeSpace);
