namespace PacsFusion.Node.Ledger;

/// <summary>
/// Told of arrivals as they happen, before any row is written. Called on the receive path from several threads at once:
/// an implementation remembers and returns, it neither blocks nor throws.
/// </summary>
internal interface IArrivalListener
{
    /// <summary>The instance is on stable storage and Success is about to be answered.</summary>
    public void InstanceStored(InstanceRecord record);

    /// <summary>The instance was answered with a failure.</summary>
    public void InstanceRefused(InstanceRefusal refusal)
    {
    }

    /// <summary>An association was accepted.</summary>
    public void AssociationOpened(long associationId, string callingAeTitle);

    /// <summary>An association ended.</summary>
    /// <param name="associationId">The association.</param>
    /// <param name="clean">True where it was released; false where it was aborted, lost or timed out.</param>
    /// <param name="seriesStored">Series Instance UIDs it has stored into.</param>
    public void AssociationClosed(long associationId, bool clean, IReadOnlyCollection<string> seriesStored);
}
