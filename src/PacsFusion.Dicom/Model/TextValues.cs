namespace PacsFusion.Dicom;

/// <summary>The values of a text, each without padding, as parts of one string.</summary>
internal ref struct TextValues
{
    private readonly DicomVR _vr;
    private readonly bool _isSplit;
    private ReadOnlySpan<char> _rest;
    private bool _isDone;

    public TextValues(string text, DicomVR vr)
    {
        _vr = vr;
        _rest = text;
        _isSplit = (VrFacts.Of(vr) & VrTraits.MultiValued) != 0;
        // One empty value is no value.
        IsEmpty = (!_isSplit || !text.Contains('\\', StringComparison.Ordinal)) && ElementValues.Trim(text, vr).IsEmpty;
    }

    /// <summary>True where there is no value.</summary>
    public bool IsEmpty { get; }

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly TextValues GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_isDone || IsEmpty) return false;
        var end = _isSplit ? _rest.IndexOf('\\') : -1;
        Current = ElementValues.Trim(end < 0 ? _rest : _rest[..end], _vr);
        _isDone = end < 0;
        if (!_isDone) _rest = _rest[(end + 1)..];
        return true;
    }
}
