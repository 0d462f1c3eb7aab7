using System.Security.Cryptography;

namespace PacsFusion.Node.Receive;

/// <summary>
/// The data set of one object while it arrives: in pooled blocks, and from the threshold on, or where the pool is empty, in a Part 10 file
/// beside the spool's folders that later only changes its name. Not thread safe.
/// </summary>
internal sealed class IncomingObject(BlockPool pool, int threshold, string path, Func<byte[]> makeHead, IDurableStorage storage) : IDisposable
{
    private readonly List<byte[]> blocks = [];
    private int lastBlockUsed = BlockPool.BlockLength;
    private uint crc;
    private IDurableFile? file;
    private IncrementalHash? hash;
    private byte[] fileHead = [];
    private bool kept;

    /// <summary>Bytes of data set so far.</summary>
    public long Length { get; private set; }

    /// <summary>The data set is in <see cref="FilePath"/>, behind its file meta.</summary>
    public bool IsInFile => file is not null;

    public string FilePath => path;

    /// <summary>CRC-32C of the data set while it is in memory.</summary>
    public uint Crc => crc;

    /// <summary>Takes the next bytes; copied before this returns.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (file is null && Length + bytes.Length > threshold) MoveToFile();
        while (file is null && !bytes.IsEmpty)
        {
            if (lastBlockUsed == BlockPool.BlockLength)
            {
                if (pool.TryRent() is not { } block)
                {
                    MoveToFile();
                    break;
                }

                blocks.Add(block);
                lastBlockUsed = 0;
            }

            var count = Math.Min(bytes.Length, BlockPool.BlockLength - lastBlockUsed);
            bytes[..count].CopyTo(blocks[^1].AsSpan(lastBlockUsed));
            crc = JournalFormat.Crc(crc, bytes[..count]);
            lastBlockUsed += count;
            Length += count;
            bytes = bytes[count..];
        }

        if (file is not null && !bytes.IsEmpty) AppendToFile(bytes);
    }

    /// <summary>The data set in memory, in pieces; empty where it is in a file.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces()
    {
        var pieces = new ReadOnlyMemory<byte>[blocks.Count];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = blocks[i].AsMemory(0, i == pieces.Length - 1 ? lastBlockUsed : BlockPool.BlockLength);
        return pieces;
    }

    /// <summary>The first bytes in one piece, at most <paramref name="length"/>; not copied where the first block holds them.</summary>
    public ReadOnlyMemory<byte> Prefix(long length)
    {
        length = Math.Min(length, Length);
        if (file is null && length <= BlockPool.BlockLength) return blocks.Count == 0 ? default : blocks[0].AsMemory(0, (int)length);
        var copy = new byte[length];
        if (file is not null)
        {
            for (var done = 0; done < copy.Length;)
            {
                var count = file.Read(copy.AsSpan(done), fileHead.Length + done);
                if (count == 0) throw new EndOfStreamException("The file of a large object ended early.");
                done += count;
            }

            return copy;
        }

        var at = 0;
        foreach (var piece in Pieces())
        {
            var part = piece.Span[..Math.Min(piece.Length, copy.Length - at)];
            part.CopyTo(copy.AsSpan(at));
            at += part.Length;
        }

        return copy;
    }

    /// <summary>Reads from anywhere; returns how many bytes there were.</summary>
    public int ReadAt(Span<byte> destination, long offset)
    {
        var wanted = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (var done = 0; done < wanted;)
        {
            if (file is not null)
            {
                var count = file.Read(destination[done..wanted], fileHead.Length + offset + done);
                if (count == 0) return done;
                done += count;
                continue;
            }

            var (block, within) = Math.DivRem(offset + done, BlockPool.BlockLength);
            var part = blocks[(int)block].AsSpan((int)within, (int)Math.Min(wanted - done, BlockPool.BlockLength - within));
            part.CopyTo(destination[done..]);
            done += part.Length;
        }

        return wanted;
    }

    /// <summary>SHA-256 of the whole data set in hexadecimal.</summary>
    public string Sha256()
    {
        if (hash is not null) return Convert.ToHexStringLower(hash.GetCurrentHash());
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in Pieces()) whole.AppendData(piece.Span);
        return Convert.ToHexStringLower(whole.GetCurrentHash());
    }

    /// <summary>Brings the file to stable storage and leaves it to the caller to give it its name.</summary>
    public void FinishFile()
    {
        file!.Sync();
        kept = true;
    }

    /// <summary>The file got no name after all; it is removed on dispose.</summary>
    public void Discard() => kept = false;

    public void Dispose()
    {
        foreach (var block in blocks) pool.Return(block);
        blocks.Clear();
        hash?.Dispose();
        if (file is null) return;
        file.Dispose();
        if (!kept) storage.Delete(path);
    }

    private void MoveToFile()
    {
        fileHead = makeHead();
        file = storage.Create(path);
        hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        file.Write(fileHead, 0);
        var pieces = Pieces();
        Length = 0;
        foreach (var piece in pieces) AppendToFile(piece.Span);
        foreach (var block in blocks) pool.Return(block);
        blocks.Clear();
    }

    private void AppendToFile(ReadOnlySpan<byte> bytes)
    {
        file!.Write(bytes, fileHead.Length + Length);
        hash!.AppendData(bytes);
        Length += bytes.Length;
    }
}
