namespace PacsFusion.Dicom.Network;

/// <summary>Counts open associations in total and per peer; a slot is held from acceptance to the end, so that half-open connections take none.</summary>
internal sealed class AssociationSlots(int total, int? perPeer)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byPeer = [];
    private int _open;

    public int Open
    {
        get
        {
            lock (_gate) return _open;
        }
    }

    public bool TryTake(string peer)
    {
        lock (_gate)
        {
            var mine = _byPeer.GetValueOrDefault(peer);
            if (_open >= total || mine >= perPeer) return false;
            _open++;
            _byPeer[peer] = mine + 1;
            return true;
        }
    }

    public void Give(string peer)
    {
        lock (_gate)
        {
            _open--;
            if (--_byPeer[peer] == 0) _byPeer.Remove(peer);
        }
    }
}
