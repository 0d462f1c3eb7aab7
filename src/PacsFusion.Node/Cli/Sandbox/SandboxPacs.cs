using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Node.Cli.Sandbox;

/// <summary>
/// An archive on the loopback for demonstrations: answers C-ECHO and C-STORE, keeps what it receives as Part 10 files, counts series.
/// It does not wait for the disk, so what it acknowledged can be lost with the machine.
/// </summary>
internal sealed class SandboxPacs : IAsyncDisposable
{
    /// <summary>Instances kept at most; more are refused as out of resources.</summary>
    public const int MaxInstances = 20_000;

    private readonly DicomServer _server;
    private readonly SandboxArchive _archive;

    /// <param name="folder">Where the files go, <c>seriesUid/instanceUid.dcm</c>; made where absent.</param>
    /// <param name="aeTitle">Its AE title.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="port">Port on the loopback; 0 takes any.</param>
    /// <param name="logger">Messages of the association layer; null drops them.</param>
    public SandboxPacs(string folder, string aeTitle, TimeProvider time, int port = 0, ILogger? logger = null)
    {
        AeTitle = aeTitle;
        _archive = new SandboxArchive(folder, MaxInstances);
        _server = new DicomServer(
            new DicomServerOptions { Bind = IPAddress.Loopback, Port = port, AeTitle = aeTitle },
            new StorageAssociationPolicy(new StorageAssociationPolicyOptions { AeTitle = aeTitle }),
            _archive, observer: null, logger ?? NullLogger.Instance, time);
    }

    public string AeTitle { get; }

    /// <summary>Where it listens; known once started.</summary>
    public IPEndPoint LocalEndPoint => _server.LocalEndPoint;

    /// <summary>Instances per Series Instance UID.</summary>
    public IReadOnlyDictionary<string, int> Series => _archive.Series();

    /// <summary>The files of a series, ordered by name; empty for a series that it does not have.</summary>
    public IReadOnlyList<string> Files(string seriesInstanceUid) => _archive.Files(seriesInstanceUid);

    public Task StartAsync(CancellationToken cancellation) => _server.StartAsync(cancellation);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
