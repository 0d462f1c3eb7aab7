namespace PacsFusion.Fhir;

/// <summary>How to talk to one EHR.</summary>
public sealed record EhrClientOptions
{
    /// <summary>FHIR base address, absolute.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>Bearer token; null sends no credentials. Default: null.</summary>
    public string? BearerToken { get; init; }

    /// <summary>The site's URIs; must be those the bundles are built with.</summary>
    public FhirSystems Systems { get; init; } = new();

    /// <summary>FHIR system of accession numbers; null searches by identifier type ACSN. Default: null.</summary>
    public string? AccessionSystem { get; init; }

    /// <summary>Lets searches fall back to GET, which puts identifiers into URLs and so into access logs. Default: false.</summary>
    public bool AllowSearchByGet { get; init; }

    /// <summary>Longest wait for one answer. Default: 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest answer read, decompressed, in bytes. Default: 16 MiB, room for a big CapabilityStatement.</summary>
    public int MaxAnswerBytes { get; init; } = 16 << 20;

    /// <summary>First delay, of which a job waits a share that its key decides. Default: 1 s.</summary>
    public TimeSpan BackoffBase { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Each delay is this many times the one before, 1 to 10. Default: 2.</summary>
    public double BackoffFactor { get; init; } = 2;

    /// <summary>Largest delay before a retry. Default: 5 min.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest Retry-After that is believed. Default: 15 min.</summary>
    public TimeSpan RetryAfterCap { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Longest delay before a look-up that failed is made again; a look-up waits between half and all of it. Default: 30 s.</summary>
    public TimeSpan LookupRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Delay until an unknown patient is looked up again. Default: 15 min.</summary>
    public TimeSpan NotYetThereDelay { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Conflicts after which a job is parked. Default: 3.</summary>
    public int MaxConflicts { get; init; } = 3;

    /// <summary>The address only: the token is a secret.</summary>
    public override string ToString() => $"{nameof(EhrClientOptions)} {BaseAddress}";
}
