namespace PacsFusion.Node.Configuration.Internal;

/// <summary>The keys of config/node.yaml.</summary>
internal static class NodeShape
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly MapShape Retry = new(
        new("initial", Scalars.Duration(TimeSpan.FromMilliseconds(10), Day), "First wait after a failure.") { Default = "1s" },
        new("factor", Scalars.Number(1, 10), "Each wait is this many times the one before. No unit.") { Default = "2" },
        new("cap", Scalars.Duration(TimeSpan.FromMilliseconds(10), Day), "Longest wait.") { Default = "5m" },
        new("giveUpAfter", Scalars.Duration(TimeSpan.FromSeconds(1), 365 * Day), "Age at which the work becomes a dead letter; null: never.") { Default = "3d", Nullable = true });

    private static readonly MapShape Caller = new(
        new("aeTitle", Scalars.AeTitle(), "Calling AE title.") { Required = true },
        new("address", Scalars.Network(), "IP address or CIDR range that it must call from; null: any.") { Nullable = true },
        new("calledAeTitles", new ListShape(Scalars.AeTitle(), orSingle: true, minItems: 1), "AE titles that it may call; null: the node's own.") { Nullable = true },
        new("issuer", Scalars.Text("an issuer of patient IDs", orEmpty: true), "Issuer of Patient ID that its objects mean when they name none; null: receive.defaultIssuer.") { Nullable = true });

    private static readonly MapShape Destination = new(
        new("name", Scalars.Matching("a name of letters, digits, dots and dashes", "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"), "Name that rules use.") { Required = true },
        new("kind", Scalars.Choice("a kind of destination", "dicom"), "Protocol: dicom (C-STORE).") { Default = "dicom" },
        new("aeTitle", Scalars.AeTitle(), "AE title of the destination.") { Required = true },
        new("callingAeTitle", Scalars.AeTitle(), "AE title that the node calls with; null: node.aeTitle.") { Nullable = true },
        new("host", Scalars.Matching("a host name or an IP address", "^[A-Za-z0-9:][A-Za-z0-9.:%_-]{0,254}$"), "Host name or IP address.") { Required = true },
        new("port", Scalars.Integer(1, 65535), "TCP port.") { Required = true },
        new("commitment", Scalars.Flag(), "Whether to ask for storage commitment; this version does not yet.") { Default = "false" },
        new("retry", Retry, "Waits between attempts."));

    private static readonly MapShape WadoRs = new(
        new("name", Scalars.Text("a name"), "Identity of the FHIR Endpoint.") { Default = "pacs" },
        new("url", Scalars.Url("http", "https"), "Base address of WADO-RS at the PACS, never at this node.") { Required = true });

    private static readonly MapShape Ehr = new(
        new("name", Scalars.Text("a name"), "Name that rules use.") { Default = "ehr" },
        new("url", Scalars.Url("http", "https"), "FHIR R4 base address.") { Required = true },
        new("auth", Scalars.Choice("a way to authenticate", "none", "bearer"), "none, or a bearer token from tokenFile.") { Default = "none" },
        new("tokenFile", Scalars.Text("a path", 1000), "File that holds the bearer token; null: no token.") { Nullable = true },
        new("patientSystems", new FreeMapShape(Scalars.SystemUri()), "Issuer of Patient ID to FHIR system; the key \"\" stands for an empty issuer."),
        new("accessionSystem", Scalars.SystemUri(), "FHIR system of accession numbers; null: orders are not looked up.") { Nullable = true },
        new("organization", Scalars.Matching("a reference such as Organization/12", @"^Organization/[A-Za-z0-9.\-]{1,64}$"), "Organisation that answers for the node; null: none is named.") { Nullable = true },
        new("wadoRs", WadoRs, "DICOMweb service of the PACS that reports link to; null: no links.") { Nullable = true },
        new("retry", Retry, "Waits between attempts."));

    /// <summary>The whole file.</summary>
    public static MapShape Root { get; } = new(
        new("node", new MapShape(
            new("aeTitle", Scalars.AeTitle(), "AE title of the node.") { Default = "PACSFUSION" },
            new("dicomPort", Scalars.Integer(0, 65535), "TCP port of the DICOM side; 0: any free one.") { Default = "11112" },
            new("bind", Scalars.Address(), "IP address that the DICOM side listens on.") { Default = "127.0.0.1" },
            new("timeZone", Scalars.TimeZone(), "IANA zone of devices that do not state theirs; null: the zone of this machine.") { Nullable = true }), "Who the node is."),
        new("web", new MapShape(
            new Field("url", Scalars.Url("http"), "Address of pages, REST and health; a loopback address.") { Default = "http://127.0.0.1:8080" }), "The web side."),
        new("receive", new MapShape(
            new("acceptUnknownCallers", Scalars.Flag(), "Whether AE titles that are not in callers may send.") { Default = "true" },
            new("defaultIssuer", Scalars.Text("an issuer of patient IDs", orEmpty: true), "Issuer of Patient ID that objects mean when they name none.") { Default = "" },
            new("maxAssociations", Scalars.Integer(1, 1000), "Open associations in all.") { Default = "64" },
            new("maxAssociationsPerPeer", Scalars.Integer(1, 1000), "Open associations of one peer; null: no limit of its own.") { Default = "16", Nullable = true },
            new("idleTimeout", Scalars.Duration(TimeSpan.FromSeconds(1), Day), "An association without traffic is aborted after this.") { Default = "60s" },
            new("callers", new ListShape(Caller), "Callers that are known.")), "Who may send."),
        new("settle", Settle("60s", "10m"), "When a series counts as complete; rules may say otherwise."),
        new("destinations", new ListShape(Destination), "Where results go."),
        new("ehr", Ehr, "Where reports go; null: nowhere.") { Nullable = true },
        new("fusion", new MapShape(
            new("providers", new ListShape(Scalars.Choice("an execution provider", "cpu", "cuda"), orSingle: true, minItems: 1), "Execution providers, best first; one that is not there is passed over."),
            new("threads", Scalars.Integer(0, 256), "Slices fused at once; 0: one for each processor, fewer where memory is short.") { Default = "0" },
            new("models", Scalars.Text("a path", 1000), "Folder of models and their manifests; null: the models folder here or beside the program.") { Nullable = true },
            new("nativeLibraries", Scalars.Text("a path", 1000), "Folder with another ONNX Runtime of the same API version; null: the one that came with the node.") { Nullable = true }), "How networks are run."),
        new("retention", new MapShape(
            new("keepDone", Scalars.Duration(TimeSpan.Zero, 3650 * Day), "How long the sources of finished cases are kept; null: for ever.") { Default = "7d", Nullable = true },
            new("minFreeSpace", Scalars.Size(0, 1e15), "Free space on the data volume below which the node takes nothing more.") { Default = "10GB" }), "What is kept."),
        new("rules", Scalars.Text("a path", 1000), "Folder of rules; absent: rules/ beside this file, else the built-in ones; null: the built-in ones.") { Nullable = true });

    /// <summary>The two settling times; in a rule both are absent by default.</summary>
    public static MapShape Settle(string? quiet, string? suspectGrace) => new(
        new("quiet", Scalars.Duration(TimeSpan.FromMilliseconds(100), Day), "A series is complete when no instance came for this long.") { Default = quiet },
        new("suspectGrace", Scalars.Duration(TimeSpan.FromMilliseconds(100), 7 * Day), "The same after an association that was aborted or lost.") { Default = suspectGrace });
}
