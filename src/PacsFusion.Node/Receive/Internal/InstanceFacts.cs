namespace PacsFusion.Node.Receive;

/// <summary>What is known of an instance before it is stored: from its command, its association and the head of its data set.</summary>
internal sealed record InstanceFacts
{
    public required string SopClassUid { get; init; }

    public required string SopInstanceUid { get; init; }

    public required string TransferSyntaxUid { get; init; }

    public required string StudyInstanceUid { get; init; }

    public required string SeriesInstanceUid { get; init; }

    /// <summary>Empty where absent.</summary>
    public required string Modality { get; init; }

    /// <summary>Keyed hash of the patient.</summary>
    public required string PatientKey { get; init; }

    public required string CallingAeTitle { get; init; }

    public required string CalledAeTitle { get; init; }

    public required long AssociationId { get; init; }
}
