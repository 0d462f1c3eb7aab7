using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

public class JournalFormatTests
{
    [Fact]
    public void The_checksum_is_CRC_32C_as_published() =>
        // Check value of the Castagnoli polynomial over the nine digits.
        Assert.Equal(0xE3069283u, JournalFormat.Crc(0, "123456789"u8));

    [Fact]
    public void The_checksum_does_not_depend_on_how_the_bytes_are_cut()
    {
        var bytes = SpoolKit.Bytes(1000, 1);
        var whole = JournalFormat.Crc(0, bytes);
        for (var cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(whole, JournalFormat.Crc(JournalFormat.Crc(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }

    [Property(MaxTest = 200)]
    public Property What_is_written_is_read_back() => Prop.ForAll(Entries(), ArbMap.Default.ArbFor<ulong>(), (entry, generation) =>
    {
        var head = new byte[JournalFormat.HeadLength(entry)];
        var crc = JournalFormat.WriteHead(head, entry, generation, 77);
        var back = JournalFormat.TryReadHead([.. head, 9, 9, 9], generation);
        Assert.NotNull(back);
        Assert.Equal(entry, back.Entry);
        Assert.Equal((head.Length, 77L, crc), (back.HeadLength, back.DataLength, back.Crc));
    });

    [Property(MaxTest = 20)]
    public Property No_flipped_bit_of_a_head_goes_unseen() => Prop.ForAll(Entries(), entry =>
    {
        var head = new byte[JournalFormat.HeadLength(entry)];
        JournalFormat.WriteHead(head, entry, 3, 77);
        for (var bit = 0; bit < head.Length * 8; bit++)
        {
            head[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(JournalFormat.TryReadHead(head, 3));
            head[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    });

    [Property(MaxTest = 500)]
    public void Foreign_bytes_are_no_record(byte[] bytes, ulong generation)
    {
        Assert.Null(JournalFormat.TryReadHead(bytes, generation));
        Assert.False(JournalFormat.TryReadSegmentHead(bytes, out _));
    }

    [Fact]
    public void A_record_of_another_generation_is_no_record()
    {
        var entry = new JournalEntry(JournalEntryKind.Inline, SpoolKit.Facts("1.2.3.4.5"), "", DateTimeOffset.UnixEpoch, 8);
        var head = new byte[JournalFormat.HeadLength(entry)];
        JournalFormat.WriteHead(head, entry, 7, 8);
        Assert.NotNull(JournalFormat.TryReadHead(head, 7));
        Assert.Null(JournalFormat.TryReadHead(head, 8));
    }

    private static Arbitrary<JournalEntry> Entries()
    {
        var text = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s =>
        {
            var clean = new string([.. s.Get.Where(c => !char.IsSurrogate(c))]);
            return Encoding.UTF8.GetByteCount(clean) <= JournalFormat.MaxTextLength ? clean : "long";
        });
        return (from texts in Gen.ArrayOf(text, 10)
                from association in ArbMap.Default.GeneratorFor<long>()
                from length in Gen.Choose(0, int.MaxValue)
                from seconds in Gen.Choose(0, int.MaxValue)
                from kind in Gen.Elements(JournalEntryKind.Inline, JournalEntryKind.File)
                select new JournalEntry(kind, new InstanceFacts
                {
                    SopClassUid = texts[0],
                    SopInstanceUid = texts[1],
                    TransferSyntaxUid = texts[2],
                    StudyInstanceUid = texts[3],
                    SeriesInstanceUid = texts[4],
                    Modality = texts[5],
                    PatientKey = texts[6],
                    CallingAeTitle = texts[7],
                    CalledAeTitle = texts[8],
                    AssociationId = association,
                }, texts[9], DateTimeOffset.UnixEpoch.AddSeconds(seconds), length)).ToArbitrary();
    }
}
