using System.Globalization;
using System.Security.Cryptography;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>
/// The data folder of one node, open and locked: <c>spool/ ledger/ work/</c> and the node's secret key. Made for the node's account alone where it
/// has to be made, since it holds patient data.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private const int KeyLength = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream nodeLock;
    private readonly byte[] key;

    private DataDirectory(string path, FileStream nodeLock, byte[] key)
    {
        FullPath = path;
        this.nodeLock = nodeLock;
        this.key = key;
    }

    public string FullPath { get; }

    /// <summary>Received instances and their journal.</summary>
    public string SpoolPath => Path.Combine(FullPath, "spool");

    /// <summary>The database.</summary>
    public string LedgerPath => Path.Combine(FullPath, "ledger");

    /// <summary>What can be made again; empty when the node starts.</summary>
    public string WorkPath => Path.Combine(FullPath, "work");

    /// <summary>The node's secret, 32 bytes; made at first use, kept in <c>key</c>, readable by the node's account alone.</summary>
    public ReadOnlyMemory<byte> Key => key;

    /// <summary>Opens and locks the folder, makes what is missing and empties <see cref="WorkPath"/>.</summary>
    /// <param name="path">The folder; made where absent.</param>
    /// <param name="storage">How the key file is made durable.</param>
    /// <exception cref="DataDirectoryException">Another process has it open, or it cannot be written.</exception>
    public static DataDirectory Open(string path, IDurableStorage storage)
    {
        path = Path.GetFullPath(path);
        FileStream? nodeLock = null;
        try
        {
            MakeFolder(path);
            nodeLock = Lock(path);
            File.WriteAllText(Path.Combine(path, "node.pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            var directory = new DataDirectory(path, nodeLock, OpenKey(path, storage));
            if (Directory.Exists(directory.WorkPath)) Directory.Delete(directory.WorkPath, recursive: true);
            foreach (var folder in new[] { directory.SpoolPath, directory.LedgerPath, directory.WorkPath }) MakeFolder(folder);
            storage.SyncFolder(path);
            return directory;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            nodeLock?.Dispose();
            throw failure as DataDirectoryException ?? DataDirectoryException.Unwritable(path, failure);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(key);
        nodeLock.Dispose();
    }

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStream Lock(string path)
    {
        var name = Path.Combine(path, "node.lock");
        try
        {
            return new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(name))
        {
            // The lock itself cannot be read while it is held, so the holder's number lies beside it.
            var pid = Path.Combine(path, "node.pid");
            throw DataDirectoryException.InUse(path, File.Exists(pid) ? File.ReadAllText(pid).Trim() : "", failure);
        }
    }

    private static byte[] OpenKey(string path, IDurableStorage storage)
    {
        var name = Path.Combine(path, "key");
        if (!File.Exists(name))
        {
            var made = name + ".new";
            File.Delete(made);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using (var stream = new FileStream(made, options))
            {
                stream.Write(RandomNumberGenerator.GetBytes(KeyLength));
                stream.Flush(flushToDisk: true);
            }

            storage.Move(made, name);
            storage.SyncFolder(path);
        }

        var key = File.ReadAllBytes(name);
        // A new key would split every patient in two; better not to start.
        return key.Length == KeyLength ? key : throw new IOException("The key file of the data directory is not 32 bytes long.");
    }
}

/// <summary>The data folder cannot be used.</summary>
internal sealed class DataDirectoryException : IOException
{
    private DataDirectoryException(ReasonCode reason, string message, Exception inner)
        : base(message, inner) => Reason = reason;

    /// <summary>The reason code, with the next step.</summary>
    public ReasonCode Reason { get; }

    public static DataDirectoryException InUse(string path, string process, Exception inner) =>
        new(ReceiveReasons.DirectoryInUse, process.Length > 0 ? $"The data directory '{path}' is in use by process {process}." : $"The data directory '{path}' is in use by another process.", inner);

    public static DataDirectoryException Unwritable(string path, Exception inner) =>
        new(ReceiveReasons.DirectoryUnwritable, $"The data directory '{path}' cannot be used: {inner.Message}", inner);
}
