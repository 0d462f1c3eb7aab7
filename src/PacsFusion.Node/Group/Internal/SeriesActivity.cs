using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Group.Internal;

/// <summary>What is in memory of a patient whose series have not all settled.</summary>
internal sealed class PatientActivity(string patientKey)
{
    public string PatientKey { get; } = patientKey;

    public Dictionary<string, SeriesActivity> Series { get; } = new(StringComparer.Ordinal);

    /// <summary>The look that is asked for; null where none is.</summary>
    public DateTimeOffset? LookAt { get; set; }
}

/// <summary>What is in memory of a series that has not settled. Guarded by the stage's lock.</summary>
internal sealed class SeriesActivity(string modality, string callingAeTitle)
{
    public string Modality { get; } = modality;

    public string CallingAeTitle { get; } = callingAeTitle;

    /// <summary>When the last instance came, a repeated one included.</summary>
    public DateTimeOffset LastAt { get; set; }

    /// <summary>When the last association that stored into it ended.</summary>
    public DateTimeOffset EndedAt { get; set; }

    /// <summary>Whether that association was released.</summary>
    public bool Clean { get; set; }

    /// <summary>Whether the ledger has been told of that end.</summary>
    public bool EndNoted { get; set; } = true;

    /// <summary>Grows with every arrival, so that a look notices what came meanwhile.</summary>
    public long Version { get; set; }

    /// <summary>The ledger had not all rows at the last look.</summary>
    public bool RowsLag { get; set; }

    /// <summary>SOP Instance UIDs stored in this run of the node.</summary>
    public HashSet<string> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>Open associations that have stored into it.</summary>
    public HashSet<long> OpenAssociations { get; } = [];

    /// <summary>When it may settle, no association being open.</summary>
    public DateTimeOffset Deadline(SettleSettings times)
    {
        if (Clean) return LastAt + times.Quiet;
        return (EndedAt > LastAt ? EndedAt : LastAt) + times.SuspectGrace;
    }
}
