using System.Text;

namespace PacsFusion.Dicom;

/// <summary>Search in the generated columns of private tags.</summary>
internal static partial class PrivateTables
{
    /// <summary>The row of a private tag; -1 where it is not known.</summary>
    public static int RowOf(string creator, DicomTag tag)
    {
        if (!tag.IsPrivate || tag.Element < 0x1000 || creator.Length is 0 or > 64) return -1;
        Span<byte> name = stackalloc byte[64 * 3];
        name = name[..Encoding.UTF8.GetBytes(creator, name)];
        var index = IndexOf(name);
        return index < 0 ? -1 : RowOf(index, tag);
    }

    /// <summary>The row of a tag among those of one creator; -1 where it is not known.</summary>
    public static int RowOf(int index, DicomTag tag)
    {
        for (var row = FirstRows[index]; row < FirstRows[index + 1]; row++)
        {
            var element = Elements[row];
            if (tag.Group >= Groups[row] && tag.Group <= LastGroups[row] && (element == tag.Element || element < 0x100 && element == (tag.Element & 0xFF))) return row;
        }
        return -1;
    }

    public static string KeywordAt(int row) => Encoding.ASCII.GetString(Keywords[KeywordsOffsets[row]..KeywordsOffsets[row + 1]]);

    /// <summary>The number of a creator, given as UTF-8; -1 where it is not known.</summary>
    public static int IndexOf(ReadOnlySpan<byte> creator)
    {
        int low = 0, high = CreatorsOffsets.Length - 2;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = Creators[CreatorsOffsets[middle]..CreatorsOffsets[middle + 1]].SequenceCompareTo(creator);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return -1;
    }
}
