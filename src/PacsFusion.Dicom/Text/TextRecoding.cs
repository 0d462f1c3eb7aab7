namespace PacsFusion.Dicom;

/// <summary>
/// Moves the text of a data set from one character set to another without losing any: bytes that mean nothing in their set
/// are taken for ISO 8859-1, as those without a declared set are.
/// </summary>
internal static class TextRecoding
{
    /// <summary>True where the bytes of a text mean something else in the other set.</summary>
    public static bool MustRecode(in ElementSlot slot, DicomCharacterSet from, DicomCharacterSet to) =>
        VrFacts.UsesCharacterSet(slot.VR) && !from.SameAs(to) && IsUncommon(slot.Value.Span);

    /// <summary>True where some text of the data set, or of items that inherit its set, is not plain ASCII.</summary>
    public static bool HasUncommonText(DicomDataset dataset)
    {
        foreach (ref readonly var slot in dataset.Slots)
        {
            if (slot.Items is { } items)
            {
                foreach (var item in items)
                {
                    if (!item.Contains(DicomTag.SpecificCharacterSet) && HasUncommonText(item)) return true;
                }
            }
            else if (VrFacts.UsesCharacterSet(slot.VR) && IsUncommon(slot.Value.Span))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Encodes all text anew for a set that is about to be declared.</summary>
    /// <exception cref="DicomException">value-not-representable: the set lacks a character of it; nothing was changed.</exception>
    public static void Apply(DicomDataset dataset, DicomCharacterSet target)
    {
        var source = dataset.CharacterSet;
        if (source.SameAs(target) || !HasUncommonText(dataset)) return;
        if (!Fits(dataset, source, target))
            throw new DicomException("value-not-representable", "The character set lacks characters of the text that is there", DicomTag.SpecificCharacterSet);
        Recode(dataset, source, target);
    }

    /// <summary>Fits an item that came from elsewhere to the set around it; where that lacks characters, the item declares UTF-8.</summary>
    public static void ApplyOrDeclare(DicomDataset item, DicomCharacterSet outer)
    {
        var source = item.CharacterSet;
        if (!HasUncommonText(item))
        {
            item.ForgetCharacterSet();
        }
        else if (Fits(item, source, outer))
        {
            Recode(item, source, outer);
            item.ForgetCharacterSet();
        }
        else
        {
            Recode(item, source, DicomCharacterSet.Utf8);
            item.SetBytes(DicomTag.SpecificCharacterSet, DicomVR.CS, "ISO_IR 192"u8.ToArray());
        }
    }

    private static bool Fits(DicomDataset dataset, DicomCharacterSet source, DicomCharacterSet target)
    {
        if (target.IsUtf8) return true;
        foreach (ref readonly var slot in dataset.Slots)
        {
            if (slot.Items is { } items)
            {
                foreach (var item in items)
                {
                    if (!item.Contains(DicomTag.SpecificCharacterSet) && !Fits(item, source, target)) return false;
                }
            }
            else if (VrFacts.UsesCharacterSet(slot.VR) && IsUncommon(slot.Value.Span) && !target.TryEncode(source.DecodeKeepingBytes(slot.Value.Span, slot.VR), out _))
            {
                return false;
            }
        }
        return true;
    }

    private static void Recode(DicomDataset dataset, DicomCharacterSet source, DicomCharacterSet target)
    {
        foreach (var slot in dataset.Slots.ToArray())
        {
            if (slot.Items is { } items)
            {
                foreach (var item in items)
                {
                    if (!item.Contains(DicomTag.SpecificCharacterSet)) Recode(item, source, target);
                }
            }
            else if (VrFacts.UsesCharacterSet(slot.VR) && IsUncommon(slot.Value.Span))
            {
                if (target.TryEncode(source.DecodeKeepingBytes(slot.Value.Span, slot.VR), out var bytes))
                    dataset.SetBytes(slot.DicomTag, slot.VR, ValueEncoding.Pad(bytes, slot.VR));
            }
        }
    }

    private static bool IsUncommon(ReadOnlySpan<byte> bytes) =>
        bytes.ContainsAnyInRange((byte)0x80, (byte)0xFF) || bytes.Contains(Iso2022Decoder.Escape);
}
