using System.Buffers;

namespace PacsFusion.Dicom;

/// <summary>
/// Elements that wait for their level to be complete, in lent pieces: one growing array would take twice its size while it
/// grows, which a file of many small elements turns into memory.
/// </summary>
internal sealed class SlotStack : IDisposable
{
    private const int Shift = 9, PieceLength = 1 << Shift, Mask = PieceLength - 1;

    private ElementSlot[][] _pieces = [ArrayPool<ElementSlot>.Shared.Rent(PieceLength)];
    private int _lent = 1;
    private int _most;

    public int Count { get; private set; }

    public ref readonly ElementSlot this[int index] => ref _pieces[index >> Shift][index & Mask];

    public void Push(in ElementSlot slot)
    {
        var piece = Count >> Shift;
        if (piece == _lent) Lend();
        _pieces[piece][Count++ & Mask] = slot;
    }

    /// <summary>Takes everything above an index away.</summary>
    public void DropAbove(int count)
    {
        _most = Math.Max(_most, Count);
        Count = count;
    }

    /// <summary>Everything from an index on, in the order it came; it stays.</summary>
    public void CopyTo(int from, Span<ElementSlot> target)
    {
        for (var copied = 0; copied < target.Length;)
        {
            var at = from + copied;
            var part = _pieces[at >> Shift].AsSpan(at & Mask, Math.Min(PieceLength - (at & Mask), target.Length - copied));
            part.CopyTo(target[copied..]);
            copied += part.Length;
        }
    }

    /// <summary>Gives the pieces back, without references to what was read.</summary>
    public void Dispose()
    {
        _most = Math.Max(_most, Count);
        for (var i = 0; i < _lent; i++)
        {
            Array.Clear(_pieces[i], 0, Math.Clamp(_most - (i << Shift), 0, PieceLength));
            ArrayPool<ElementSlot>.Shared.Return(_pieces[i]);
        }
        _pieces = [];
        _lent = Count = _most = 0;
    }

    private void Lend()
    {
        if (_lent == _pieces.Length) Array.Resize(ref _pieces, _lent * 2);
        _pieces[_lent++] = ArrayPool<ElementSlot>.Shared.Rent(PieceLength);
    }
}
