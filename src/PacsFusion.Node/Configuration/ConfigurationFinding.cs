namespace PacsFusion.Node.Configuration;

/// <summary>How grave a finding is.</summary>
internal enum FindingSeverity
{
    /// <summary>The configuration can be used; somebody should look.</summary>
    Warning,

    /// <summary>The configuration cannot be used.</summary>
    Error,
}

/// <summary>One thing that is wrong with the configuration, where it stands and what to do.</summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="File">Path as given; <c>--set</c> or the variable's name for an override.</param>
/// <param name="Line">From 1; for <c>--set</c> the ordinal of the option.</param>
/// <param name="Column">From 1.</param>
/// <param name="Code">One of <see cref="FindingCodes"/>.</param>
/// <param name="Text">What is wrong, with the setting's full path.</param>
/// <param name="Hint">What to write instead; empty where there is nothing to say.</param>
internal sealed record ConfigurationFinding(FindingSeverity Severity, string File, int Line, int Column, string Code, string Text, string Hint);

/// <summary>The closed list of finding codes; docs/rules.md explains each.</summary>
internal static class FindingCodes
{
    public const string FileNotFound = "file-not-found";
    public const string FileTooLarge = "file-too-large";
    public const string YamlMalformed = "yaml-malformed";
    public const string YamlUnsupported = "yaml-unsupported";
    public const string UnknownKey = "unknown-key";
    public const string DuplicateKey = "duplicate-key";
    public const string MissingKey = "missing-key";
    public const string WrongType = "wrong-type";
    public const string WrongUnit = "wrong-unit";
    public const string OutOfRange = "out-of-range";
    public const string UnknownValue = "unknown-value";
    public const string InvalidValue = "invalid-value";
    public const string BadOverride = "bad-override";
    public const string DuplicateName = "duplicate-name";
    public const string UnknownDestination = "unknown-destination";
    public const string UnknownReportTarget = "unknown-report-target";
    public const string RuleNeverMatches = "rule-never-matches";
    public const string PortClash = "port-clash";
    public const string DestinationIsThisNode = "destination-is-this-node";
    public const string WebNotLoopback = "web-not-loopback";
    public const string SettingWithoutEffect = "setting-without-effect";
    public const string OpenToAnybody = "open-to-anybody";
    public const string TokenInClear = "token-in-clear";
    public const string NobodyCanSend = "nobody-can-send";
    public const string NoRules = "no-rules";

    /// <summary>All of them, in the order of the manual.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        FileNotFound, FileTooLarge, YamlMalformed, YamlUnsupported, UnknownKey, DuplicateKey, MissingKey, WrongType, WrongUnit,
        OutOfRange, UnknownValue, InvalidValue, BadOverride, DuplicateName, UnknownDestination, UnknownReportTarget, RuleNeverMatches,
        PortClash, DestinationIsThisNode, WebNotLoopback, SettingWithoutEffect, OpenToAnybody, TokenInClear, NobodyCanSend, NoRules,
    ];
}
