using System.Runtime.InteropServices;

namespace PacsFusion.Node.Ledger;

/// <summary>Files that are on stable storage when the call returns.</summary>
internal static partial class DurableFiles
{
    private const int Interrupted = 4;

    /// <summary>Writes a file and syncs its bytes. Its name is durable after <see cref="SyncFolder"/>.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Syncs a folder's entries, which POSIX does not do with a file's bytes.</summary>
    /// <exception cref="IOException">The folder could not be opened or synced.</exception>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(path, 0);
        if (descriptor < 0) throw new IOException($"The folder {path} cannot be opened to sync it (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            while (FSync(descriptor) != 0)
                if (Marshal.GetLastPInvokeError() != Interrupted) throw new IOException($"The folder {path} cannot be synced (errno {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
