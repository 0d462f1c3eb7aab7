namespace PacsFusion.Node.Ledger;

/// <summary>The table of instances. The spool writes to it after the files are on stable storage and frees its journal after that.</summary>
internal interface IInstanceIndex
{
    /// <summary>Adds rows and returns when they are on stable storage. A row whose SOP Instance UID is known already is left as it is:
    /// the spool adds again only what is equal (a replay after a crash).</summary>
    public ValueTask AddAsync(IReadOnlyList<InstanceRecord> records, CancellationToken cancellationToken);

    /// <summary>The row of one instance, or null. Asked once for every instance that arrives, so it must be quick.</summary>
    public ValueTask<InstanceRecord?> FindAsync(string sopInstanceUid, CancellationToken cancellationToken);

    /// <summary>How many instances there are; 0 beside a spool that has files means that the ledger was lost.</summary>
    public ValueTask<long> CountAsync(CancellationToken cancellationToken);
}
