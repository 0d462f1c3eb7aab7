using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>The real file system: fdatasync and folder sync on Linux, the runtime's flush elsewhere.</summary>
internal sealed class DurableStorage : IDurableStorage
{
    public IDurableFile Create(string path) => new DurableFile(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read));

    public IDurableFile Open(string path) => new DurableFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));

    public void Move(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void SyncFolder(string path) => DurableFiles.SyncFolder(path);

    private sealed class DurableFile(SafeFileHandle handle) : IDurableFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset) => RandomAccess.Write(handle, buffers, offset);

        public int Read(Span<byte> destination, long offset) => RandomAccess.Read(handle, destination, offset);

        public void Sync()
        {
            // fdatasync leaves out times; the runtime only offers fsync, one file system commit more on a growing file.
            if (!OperatingSystem.IsLinux())
            {
                RandomAccess.FlushToDisk(handle);
                return;
            }

            while (Native.FDataSync(handle) != 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != Native.Interrupted) throw new IOException($"The file sync failed (errno {error}).");
            }
        }

        public void Dispose() => handle.Dispose();
    }

    private static class Native
    {
        public const int Interrupted = 4;

        [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
        public static extern int FDataSync(SafeFileHandle descriptor);
    }
}
