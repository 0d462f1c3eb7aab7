namespace PacsFusion.Node.Ledger;

/// <summary>One received instance as every stage sees it: where its bytes are, what they are, who sent them. Holds no patient data.</summary>
internal sealed record InstanceRecord
{
    /// <summary>SOP Instance UID; the key: no two instances of a node share it.</summary>
    public required string SopInstanceUid { get; init; }

    /// <summary>SOP Class UID of the data set.</summary>
    public required string SopClassUid { get; init; }

    /// <summary>Transfer syntax in which the data set is kept, which is the one it arrived in.</summary>
    public required string TransferSyntaxUid { get; init; }

    /// <summary>Study Instance UID.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Series Instance UID.</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <summary>Modality (0008,0060); empty where the data set has none.</summary>
    public required string Modality { get; init; }

    /// <summary>Keyed hash of Patient ID and issuer: equal for one patient on one node, meaningless elsewhere.
    /// Without a Patient ID it is derived from the study, so that two unnamed patients never meet.</summary>
    public required string PatientKey { get; init; }

    /// <summary>The Part 10 file, relative to the spool folder, with forward slashes.</summary>
    public required string RelativePath { get; init; }

    /// <summary>Bytes of the data set as received (without preamble and file meta group).</summary>
    public required long Length { get; init; }

    /// <summary>SHA-256 of the data set bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When the instance became durable, UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>AE title of the sender; empty where unknown (index rebuilt from files that do not say).</summary>
    public required string CallingAeTitle { get; init; }

    /// <summary>AE title the sender asked for; empty where unknown.</summary>
    public required string CalledAeTitle { get; init; }

    /// <summary>The association that brought it, unique within one run of the node; 0 where unknown.</summary>
    public required long AssociationId { get; init; }
}
