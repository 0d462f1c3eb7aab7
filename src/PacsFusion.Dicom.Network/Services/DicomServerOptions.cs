using System.Net;

namespace PacsFusion.Dicom.Network;

/// <summary>Settings of <see cref="DicomServer"/>. Every limit has a default, a unit and a meaning of null.</summary>
public sealed record DicomServerOptions
{
    /// <summary>Address to listen on. Default 127.0.0.1; <see cref="IPAddress.IPv6Any"/> takes IPv4 too.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0 takes a free one. Default 11112 (registered for DICOM).</summary>
    public int Port { get; init; } = 11112;

    /// <summary>Our AE title, 1 to 16 characters. Default PACSFUSION.</summary>
    public string AeTitle { get; init; } = "PACSFUSION";

    /// <summary>Longest P-DATA-TF announced and taken, in bytes behind the PDU header, 4096 to 16 MiB. Default 262144: few header/body pairs per object.</summary>
    public int MaxPduLength { get; init; } = 262_144;

    /// <summary>Longest A-ASSOCIATE-RQ taken, in bytes. Default 262144: 128 contexts with every transfer syntax there is.</summary>
    public int MaxAssociateRequestLength { get; init; } = 262_144;

    /// <summary>Longest command set taken, in bytes. Default 65536.</summary>
    public int MaxCommandLength { get; init; } = 65_536;

    /// <summary>
    /// Longest data set taken, in bytes; a longer one is answered A700H, and one more than twice as long ends the association. Null = no limit. Default 4 GiB.
    /// </summary>
    public long? MaxDataSetLength { get; init; } = 4L << 30;

    /// <summary>Associations open at once; one more is rejected with 2/3/2 (transient, local limit exceeded). Default 64.</summary>
    public int MaxAssociations { get; init; } = 64;

    /// <summary>Associations open at once per calling AE title and address. Null = no limit of its own. Default 32.</summary>
    public int? MaxAssociationsPerPeer { get; init; } = 32;

    /// <summary>Connections open at once, those without an association yet included; one more is closed unheard. Default 1024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Time from the connection to the whole A-ASSOCIATE-RQ (ARTIM, PS3.8 section 9.1.5). Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time without a byte from the peer, or with it not taking ours, after which the association is aborted. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Least bytes per second within a message, over each <see cref="MinDataRateWindow"/> of waiting for the peer. Null = no limit. Default 1024.</summary>
    public int? MinDataRate { get; init; } = 1024;

    /// <summary>Waiting time that <see cref="MinDataRate"/> is measured over; time that our own receiver takes does not count. Default 20 s.</summary>
    public TimeSpan MinDataRateWindow { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a connection may stay after the association has ended, for the peer to close it first. Default 2 s.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time without traffic after which TCP asks whether the peer is still there. Default 60 s.</summary>
    public TimeSpan KeepAliveTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Every setting that makes no sense, with its name; empty where all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (Port is < 0 or > 65535) errors.Add($"{nameof(Port)} must be 0 to 65535.");
        if (!Ae.IsValid(AeTitle)) errors.Add($"{nameof(AeTitle)} must be 1 to 16 printable ASCII characters without backslash.");
        if (MaxPduLength is < 4096 or > 16 << 20) errors.Add($"{nameof(MaxPduLength)} must be 4096 to 16777216.");
        if (MaxAssociateRequestLength is < 4096 or > 16 << 20) errors.Add($"{nameof(MaxAssociateRequestLength)} must be 4096 to 16777216.");
        if (MaxCommandLength is < 1024 or > 1 << 20) errors.Add($"{nameof(MaxCommandLength)} must be 1024 to 1048576.");
        if (MaxDataSetLength <= 0) errors.Add($"{nameof(MaxDataSetLength)} must be above 0 or null.");
        if (MaxAssociations < 1) errors.Add($"{nameof(MaxAssociations)} must be at least 1.");
        if (MaxAssociationsPerPeer < 1) errors.Add($"{nameof(MaxAssociationsPerPeer)} must be at least 1 or null.");
        if (MaxConnections < MaxAssociations) errors.Add($"{nameof(MaxConnections)} must be at least {nameof(MaxAssociations)}.");
        if (MinDataRate <= 0) errors.Add($"{nameof(MinDataRate)} must be above 0 or null.");
        foreach (var (name, time) in new[]
                 {
                     (nameof(RequestTimeout), RequestTimeout), (nameof(IdleTimeout), IdleTimeout), (nameof(MinDataRateWindow), MinDataRateWindow),
                     (nameof(LingerTimeout), LingerTimeout), (nameof(KeepAliveTime), KeepAliveTime),
                 })
        {
            if (time <= TimeSpan.Zero || time > TimeSpan.FromDays(1)) errors.Add($"{name} must be above 0 and at most a day.");
        }

        return errors;
    }
}
