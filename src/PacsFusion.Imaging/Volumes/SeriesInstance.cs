using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>One object of a series: its header, and how to get at its pixels.</summary>
internal sealed class SeriesInstance(DicomDataset header, DicomTransferSyntax syntax, int number, Func<OpenedObject> open)
{
    public DicomDataset Header { get; } = header;

    public DicomTransferSyntax Syntax { get; } = syntax;

    /// <summary>Place in the list that was given, from 1; names the file in messages without naming the patient.</summary>
    public int Number { get; } = number;

    public string SopInstanceUid { get; } = header.GetString(DicomTag.SOPInstanceUID) ?? "";

    public string SopClassUid { get; } = header.GetString(DicomTag.SOPClassUID) ?? "";

    /// <summary>The whole object, read again: pixel data are held no longer than one slice needs them.</summary>
    public OpenedObject Open() => open();

    /// <summary>Whether both objects hold the same pixel bytes.</summary>
    public bool HasSamePixelsAs(SeriesInstance other)
    {
        using OpenedObject own = Open(), others = other.Open();
        return own.File.Dataset.GetBytes(DicomTag.PixelData).Span.SequenceEqual(others.File.Dataset.GetBytes(DicomTag.PixelData).Span);
    }
}
