namespace PacsFusion.Node.Deliver;

/// <summary>Pace of the outbox.</summary>
internal sealed record DeliverOptions
{
    /// <summary>Objects per association. Default 500: an association of a long series stays short enough for a busy PACS.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>Answers after which the ledger is told. Default 16: a crash repeats at most so many objects, which is harmless.</summary>
    public int BookEvery { get; init; } = 16;

    /// <summary>How often an idle queue is looked at without a wake-up. Default 2 s.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(2);
}
