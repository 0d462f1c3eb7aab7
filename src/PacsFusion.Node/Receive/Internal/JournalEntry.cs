using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>What a journal record says: enough to lay its instance out and index it without reading the data set again.</summary>
/// <param name="Kind">Where the data set bytes are.</param>
/// <param name="Facts">The instance.</param>
/// <param name="Sha256">SHA-256 of the data set in hexadecimal; empty for <see cref="JournalEntryKind.Inline"/>, where the hash is taken while the record is being written.</param>
/// <param name="ReceivedAt">When it was complete, UTC.</param>
/// <param name="InstanceLength">Bytes of the data set, wherever it is.</param>
internal sealed record JournalEntry(JournalEntryKind Kind, InstanceFacts Facts, string Sha256, DateTimeOffset ReceivedAt, long InstanceLength)
{
    /// <summary>The row of this instance.</summary>
    public InstanceRecord ToRecord(string sha256) => new()
    {
        SopInstanceUid = Facts.SopInstanceUid,
        SopClassUid = Facts.SopClassUid,
        TransferSyntaxUid = Facts.TransferSyntaxUid,
        StudyInstanceUid = Facts.StudyInstanceUid,
        SeriesInstanceUid = Facts.SeriesInstanceUid,
        Modality = Facts.Modality,
        PatientKey = Facts.PatientKey,
        RelativePath = SpoolPaths.RelativePath(Facts.StudyInstanceUid, Facts.SeriesInstanceUid, Facts.SopInstanceUid),
        Length = InstanceLength,
        Sha256 = sha256,
        ReceivedAt = ReceivedAt,
        CallingAeTitle = Facts.CallingAeTitle,
        CalledAeTitle = Facts.CalledAeTitle,
        AssociationId = Facts.AssociationId,
    };
}

/// <summary>Where the data set of a journal record is.</summary>
internal enum JournalEntryKind : byte
{
    /// <summary>In the record.</summary>
    Inline = 1,

    /// <summary>In its Part 10 file, durable before the record was written.</summary>
    File = 2,
}
