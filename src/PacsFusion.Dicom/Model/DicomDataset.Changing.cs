namespace PacsFusion.Dicom;

/// <content>Setting, removing and copying elements.</content>
public sealed partial class DicomDataset
{
    /// <summary>
    /// Sets text or numbers given as text; the value representation is the dictionary's. Text is written in the character set
    /// that the data set has, with escape sequences where several are declared. Text that none of them has turns the data
    /// set to UTF-8 (ISO_IR 192), the text it already holds included; bytes of that text that mean nothing in their set are
    /// then taken for ISO 8859-1, so that none is lost. Setting Specific Character Set re-encodes the text in the same way.
    /// </summary>
    /// <param name="tag">The tag.</param>
    /// <param name="values">The values; none for an empty element.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">vr-unknown: the tag is not in the dictionary; value-not-representable: a value does not fit.</exception>
    public DicomDataset Set(DicomTag tag, params ReadOnlySpan<string> values) => Set(tag, VrFor(tag), values);

    /// <summary>Sets text or numbers given as text with a value representation of choice.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="vr">The value representation.</param>
    /// <param name="values">The values; none for an empty element.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">value-not-representable: a value does not fit the representation.</exception>
    public DicomDataset Set(DicomTag tag, DicomVR vr, params ReadOnlySpan<string> values)
    {
        if (tag == DicomTag.SpecificCharacterSet)
        {
            TextRecoding.Apply(this, DicomCharacterSet.Parse(values.ToArray()));
            return Put(ElementSlot.Made(tag, DicomVR.CS, ValueEncoding.Text(tag, DicomVR.CS, values, DicomCharacterSet.Default) ?? default));
        }
        if (!VrFacts.IsText(vr)) return Put(ElementSlot.Made(tag, vr, ValueEncoding.Numbers(tag, vr, values)));
        var bytes = ValueEncoding.Text(tag, vr, values, CharacterSet);
        if (bytes is null)
        {
            bytes = ValueEncoding.Text(tag, vr, values, DicomCharacterSet.Utf8)
                ?? throw new DicomException("value-not-representable", $"Half of a surrogate pair is no text ({tag})", tag);
            SwitchToUtf8();
        }
        return Put(ElementSlot.Made(tag, vr, bytes));
    }

    /// <summary>Sets one number in the dictionary's representation; DS gets the most digits that 16 characters hold.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">vr-unknown, or value-not-representable: not finite, out of range, no whole number.</exception>
    public DicomDataset Set(DicomTag tag, double value) => Set(tag, [value]);

    /// <summary>Sets numbers in the dictionary's representation.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="values">The values.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">vr-unknown, or value-not-representable: not finite, out of range, no whole number.</exception>
    public DicomDataset Set(DicomTag tag, ReadOnlySpan<double> values)
    {
        var vr = VrFor(tag);
        return Put(ElementSlot.Made(tag, vr, ValueEncoding.Numbers(tag, vr, values)));
    }

    /// <summary>Sets one whole number in the dictionary's representation.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="value">The value.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">vr-unknown, or value-not-representable: out of range.</exception>
    public DicomDataset Set(DicomTag tag, int value) => Set(tag, [(double)value]);

    /// <summary>Sets whole numbers in the dictionary's representation.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="values">The values.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">vr-unknown, or value-not-representable: out of range.</exception>
    public DicomDataset Set(DicomTag tag, ReadOnlySpan<int> values)
    {
        var numbers = new double[values.Length];
        for (var i = 0; i < values.Length; i++) numbers[i] = values[i];
        return Set(tag, numbers.AsSpan());
    }

    /// <summary>Sets a value as bytes, little endian, kept and not copied; it is padded to even length when written.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="vr">The value representation.</param>
    /// <param name="value">The value.</param>
    /// <returns>This data set.</returns>
    public DicomDataset SetBytes(DicomTag tag, DicomVR vr, ReadOnlyMemory<byte> value) => Put(ElementSlot.Made(tag, vr, value));

    /// <summary>
    /// Sets encapsulated pixel data: one fragment per frame and a Basic Offset Table (PS3.5 A.4). Odd fragments are padded.
    /// </summary>
    /// <param name="frames">The frames, in order.</param>
    /// <returns>This data set.</returns>
    public DicomDataset SetEncapsulatedPixelData(params ReadOnlySpan<ReadOnlyMemory<byte>> frames)
    {
        var slot = ElementSlot.Made(DicomTag.PixelData, DicomVR.OB, ValueEncoding.Fragments(frames));
        slot.Flags |= SlotFlags.UndefinedLength;
        return Put(slot);
    }

    /// <summary>Sets a sequence. Items that already belong to a data set are copied; others become part of this one.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="items">The items; none for an empty sequence.</param>
    /// <returns>This data set.</returns>
    public DicomDataset SetSequence(DicomTag tag, params ReadOnlySpan<DicomDataset> items)
    {
        var own = new DicomDataset[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var attached = items[i].Parent is not null || ReferenceEquals(items[i], this) || own.AsSpan(0, i).Contains(items[i]);
            if (attached || items[i].NeedsOwnText(CharacterSet))
            {
                own[i] = items[i].CloneUnder(this);
            }
            else
            {
                own[i] = items[i];
                own[i].Parent = this;
                own[i].ForgetCharacterSet();
            }
        }
        return Put(new ElementSlot { Tag = tag.Value, VR = DicomVR.SQ, Items = own });
    }

    /// <summary>Sets an element without value, in the dictionary's representation.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>This data set.</returns>
    /// <exception cref="DicomException">vr-unknown: the tag is not in the dictionary.</exception>
    public DicomDataset SetEmpty(DicomTag tag)
    {
        var vr = VrFor(tag);
        return vr == DicomVR.SQ ? SetSequence(tag) : Put(ElementSlot.Made(tag, vr, default));
    }

    /// <summary>Removes an element.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>False where it was not there.</returns>
    public bool Remove(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        if (index < 0) return false;
        Array.Copy(_slots, index + 1, _slots, index, Count - index - 1);
        _slots[--Count] = default;
        MarkModified();
        if (tag == DicomTag.SpecificCharacterSet) ForgetCharacterSet();
        return true;
    }

    /// <summary>
    /// Copies elements that are present in the source, sequences with all that is in them. Text whose character set
    /// differs is encoded anew.
    /// </summary>
    /// <param name="source">Where to copy from.</param>
    /// <param name="tags">Which elements; absent ones are passed over. Specific Character Set is not copied as an element.</param>
    /// <returns>This data set.</returns>
    public DicomDataset CopyFrom(DicomDataset source, params ReadOnlySpan<DicomTag> tags)
    {
        ArgumentNullException.ThrowIfNull(source);
        foreach (var tag in tags)
        {
            var index = source.IndexOf(tag.Value);
            if (index < 0 || tag == DicomTag.SpecificCharacterSet) continue;
            var slot = source._slots[index];
            if (slot.Items is { } items)
            {
                slot.Items = Array.ConvertAll(items, i => i.CloneUnder(this));
                Put(slot);
            }
            else if (TextRecoding.MustRecode(slot, source.CharacterSet, CharacterSet))
            {
                Set(tag, slot.VR, source.CharacterSet.DecodeKeepingBytes(slot.Value.Span, slot.VR));
            }
            else
            {
                Put(slot);
            }
        }
        return this;
    }

    /// <summary>A copy that shares bytes but nothing that changes. Of an item, one that stands alone.</summary>
    public DicomDataset Clone()
    {
        var copy = CopyStructure(null);
        // Standing alone, an item needs the character set that it had from outside.
        if (Parent is not null && !Contains(DicomTag.SpecificCharacterSet) && CharacterSet.Terms.Count > 0)
            copy.Put(ElementSlot.Made(DicomTag.SpecificCharacterSet, DicomVR.CS, ValueEncoding.Text(DicomTag.SpecificCharacterSet, DicomVR.CS, CharacterSet.Terms.ToArray(), DicomCharacterSet.Default) ?? default));
        return copy;
    }

    internal void SwitchToUtf8()
    {
        TextRecoding.Apply(this, DicomCharacterSet.Utf8);
        Put(ElementSlot.Made(DicomTag.SpecificCharacterSet, DicomVR.CS, "ISO_IR 192"u8.ToArray()));
    }

    internal DicomDataset Put(in ElementSlot slot)
    {
        var index = IndexOf(slot.Tag);
        if (index >= 0)
        {
            _slots[index] = slot;
        }
        else
        {
            index = ~index;
            if (Count == _slots.Length) Array.Resize(ref _slots, Math.Max(16, Count * 2));
            Array.Copy(_slots, index, _slots, index + 1, Count - index);
            _slots[index] = slot;
            Count++;
        }
        MarkModified();
        if (slot.Tag == DicomTag.SpecificCharacterSet.Value) ForgetCharacterSet();
        return this;
    }

    internal DicomDataset CloneUnder(DicomDataset parent)
    {
        var copy = CopyStructure(parent);
        if (!copy.Contains(DicomTag.SpecificCharacterSet) && !CharacterSet.SameAs(parent.CharacterSet))
        {
            copy._characterSet = CharacterSet;
            TextRecoding.ApplyOrDeclare(copy, parent.CharacterSet);
        }
        return copy;
    }

    internal void ForgetCharacterSet()
    {
        _characterSet = null;
        foreach (ref readonly var slot in Slots)
        {
            foreach (var item in slot.Items ?? []) item.ForgetCharacterSet();
        }
    }

    // A detached item without a declared set has ASCII text only, unless it was read that way.
    private bool NeedsOwnText(DicomCharacterSet outer) =>
        !Contains(DicomTag.SpecificCharacterSet) && !CharacterSet.SameAs(outer) && TextRecoding.HasUncommonText(this);

    private DicomDataset CopyStructure(DicomDataset? parent)
    {
        var copy = new DicomDataset
        {
            Parent = parent,
            Source = Source,
            SourceEncoding = SourceEncoding,
            ItemIsUndefined = ItemIsUndefined,
            IsModified = IsModified,
            DeflatedSource = DeflatedSource,
        };
        var slots = Slots.ToArray();
        foreach (ref var slot in slots.AsSpan())
        {
            if (slot.Items is { } items) slot.Items = Array.ConvertAll(items, i => i.CopyStructure(copy));
        }
        copy.Adopt(slots, slots.Length);
        return copy;
    }

    private void MarkModified()
    {
        for (var level = this; level is { IsModified: false }; level = level.Parent)
        {
            level.IsModified = true;
            level.Source = default;
            level.DeflatedSource = default;
        }
    }

    /// <summary>The dictionary's representation; where it leaves US or SS open, the sign of the pixels decides (PS3.5 annex A.1 note).</summary>
    private DicomVR VrFor(DicomTag tag)
    {
        var vr = DictionaryTables.LookUp(tag, out var choice);
        if (vr == DicomVR.None) throw new DicomException("vr-unknown", "The dictionary has no value representation for this tag; say which", tag);
        return choice == VrChoice.Signed && GetInt(DicomTag.PixelRepresentation) == 1 ? DicomVR.SS : vr;
    }
}
