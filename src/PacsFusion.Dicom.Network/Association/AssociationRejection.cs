namespace PacsFusion.Dicom.Network;

/// <summary>Result, source and reason of an A-ASSOCIATE-RJ as the wire has them (PS3.8 table 9-21).</summary>
/// <param name="Result">1 permanent, 2 transient.</param>
/// <param name="Source">1 service user, 2 service provider (ACSE), 3 service provider (presentation).</param>
/// <param name="Reason">Meaning depends on the source.</param>
public readonly record struct AssociationRejection(byte Result, byte Source, byte Reason)
{
    /// <summary>Permanent, user, no reason given (1/1/1).</summary>
    public static AssociationRejection NoReason { get; } = new(1, 1, 1);

    /// <summary>Permanent, user, application context name not supported (1/1/2).</summary>
    public static AssociationRejection ApplicationContextNotSupported { get; } = new(1, 1, 2);

    /// <summary>Permanent, user, calling AE title not recognized (1/1/3).</summary>
    public static AssociationRejection CallingAeTitleNotRecognized { get; } = new(1, 1, 3);

    /// <summary>Permanent, user, called AE title not recognized (1/1/7).</summary>
    public static AssociationRejection CalledAeTitleNotRecognized { get; } = new(1, 1, 7);

    /// <summary>Permanent, provider (ACSE), protocol version not supported (1/2/2).</summary>
    public static AssociationRejection ProtocolVersionNotSupported { get; } = new(1, 2, 2);

    /// <summary>Transient, provider (presentation), temporary congestion (2/3/1).</summary>
    public static AssociationRejection TemporaryCongestion { get; } = new(2, 3, 1);

    /// <summary>Transient, provider (presentation), local limit exceeded (2/3/2).</summary>
    public static AssociationRejection LocalLimitExceeded { get; } = new(2, 3, 2);

    /// <summary>Whether the peer says that a later attempt may succeed.</summary>
    public bool IsTransient => Result == 2;

    /// <summary>Result, source and reason in words.</summary>
    public string Text
    {
        get
        {
            var result = Result switch { 1 => "permanently", 2 => "for now", _ => $"with result {Result}" };
            var reason = (Source, Reason) switch
            {
                (1, 1) => "no reason given",
                (1, 2) => "application context name not supported",
                (1, 3) => "calling AE title not recognized",
                (1, 7) => "called AE title not recognized",
                (2, 1) => "no reason given",
                (2, 2) => "protocol version not supported",
                (3, 1) => "temporary congestion",
                (3, 2) => "local limit exceeded",
                _ => $"reason {Reason}",
            };
            var source = Source switch { 1 => "service user", 2 => "service provider, ACSE", 3 => "service provider, presentation", _ => $"source {Source}" };
            return $"{result}, {reason} ({source})";
        }
    }
}
