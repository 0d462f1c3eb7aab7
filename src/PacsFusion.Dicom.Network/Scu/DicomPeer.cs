namespace PacsFusion.Dicom.Network;

/// <summary>Where a peer listens and how the two sides name themselves.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port, 1 to 65535.</param>
/// <param name="CalledAeTitle">The peer's AE title.</param>
/// <param name="CallingAeTitle">Ours.</param>
public sealed record DicomPeer(string Host, int Port, string CalledAeTitle, string CallingAeTitle);

/// <summary>Settings of <see cref="DicomClient"/>.</summary>
public sealed record DicomClientOptions
{
    /// <summary>The defaults.</summary>
    public static DicomClientOptions Default { get; } = new();

    /// <summary>Time for the TCP connection. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for the answer to A-ASSOCIATE-RQ and A-RELEASE-RQ. Default 30 s.</summary>
    public TimeSpan AssociationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for each response, and for the peer to take each send. Default 120 s: archives index before they answer.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest P-DATA-TF we take, in bytes, 4096 to 16 MiB. Default 262144.</summary>
    public int MaxPduLength { get; init; } = 262_144;

    /// <summary>Longest identifier taken in a C-FIND response, in bytes. Default 16 MiB.</summary>
    public int MaxIdentifierLength { get; init; } = 16 << 20;

    /// <summary>Time without traffic after which TCP asks whether the peer is still there. Default 60 s.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>One match of a C-FIND.</summary>
/// <param name="Status">FF00H, or FF01H where the peer did not support every optional key.</param>
/// <param name="Identifier">The match.</param>
public sealed record FindResult(DimseStatus Status, DicomDataset Identifier);
