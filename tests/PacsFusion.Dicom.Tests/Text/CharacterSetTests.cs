using System.Text;

namespace PacsFusion.Dicom.Tests;

public class CharacterSetTests
{
    private static string Decode(string terms, string bytes, DicomVR vr = DicomVR.PN) =>
        DicomCharacterSet.Parse(terms.Split('\\')).Decode(Encoding.Latin1.GetBytes(bytes), vr);

    // PS3.5 annexes H, I and J.
    [Theory]
    [InlineData("\\ISO 2022 IR 87", "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B", "Yamada^Tarou=山田^太郎=やまだ^たろう")]
    [InlineData("ISO 2022 IR 13\\ISO 2022 IR 87", "\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎")]
    [InlineData("\\ISO 2022 IR 149", "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF", "Hong^Gildong=洪^吉洞=홍^길동")]
    [InlineData("\\ISO 2022 IR 58", "Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB=", "Zhang^XiaoDong=张^小东=")]
    [InlineData("\\ISO 2022 IR 159", "\x1B$(D\x30\x21\x1B(B", "丂")]
    public void CodeExtensionIsFollowed(string terms, string bytes, string expected) => Assert.Equal(expected, Decode(terms, bytes));

    [Theory]
    [InlineData("ISO_IR 100", "\xC4neas", "Äneas")]
    [InlineData("ISO_IR 101", "\xA3", "Ł")]
    [InlineData("ISO_IR 109", "\xA1", "Ħ")]
    [InlineData("ISO_IR 110", "\xA2", "ĸ")]
    [InlineData("ISO_IR 144", "\xBB", "Л")]
    [InlineData("ISO_IR 127", "\xE2", "ق")]
    [InlineData("ISO_IR 126", "\xC4", "Δ")]
    [InlineData("ISO_IR 138", "\xF9", "ש")]
    [InlineData("ISO_IR 148", "\xDD", "İ")]
    [InlineData("ISO_IR 166", "\xA1", "ก")]
    [InlineData("ISO_IR 13", "\xD4", "ﾔ")]
    [InlineData("ISO_IR 192", "\xE5\xB1\xB1", "山")]
    [InlineData("GB18030", "\xCD\xF5", "王")]
    [InlineData("GBK", "\xCD\xF5", "王")]
    [InlineData("ISO-IR 100", "\xC4", "Ä")]
    [InlineData("iso_ir 192", "\xE5\xB1\xB1", "山")]
    [InlineData("ISO 2020 IR 100", "\xC4", "Ä")]
    public void SingleSetsAreDecoded(string term, string bytes, string expected) => Assert.Equal(expected, Decode(term, bytes, DicomVR.LO));

    [Fact]
    public void ABackslashInsideACharacterPartsNoValues()
    {
        // In GBK the second byte of this character is 5CH.
        var dataset = new DicomDataset().SetBytes(DicomTag.SpecificCharacterSet, DicomVR.CS, "GBK "u8.ToArray())
            .SetBytes(DicomTag.OtherPatientNames, DicomVR.PN, new byte[] { 0x81, 0x5C, (byte)'\\', (byte)'A' });
        Assert.Equal(["乗", "A"], dataset.GetStrings(DicomTag.OtherPatientNames));
    }

    [Fact]
    public void BytesWithoutMeaningNeverThrow()
    {
        foreach (var term in (string[])["", "ISO_IR 192", "GB18030", "ISO 2022 IR 87", "\\ISO 2022 IR 149", "ISO_IR 13", "nonsense"])
        {
            for (var b = 0; b < 256; b++)
            {
                Assert.NotNull(Decode(term, $"{(char)b}"));
                Assert.NotNull(Decode(term, $"\x1B$B{(char)b}"));
                Assert.NotNull(Decode(term, $"\x1B{(char)b}\xFF"));
            }
        }
        Assert.False(DicomCharacterSet.Parse(["nonsense"]).IsKnown);
    }

    [Fact]
    public void TextThatTheSetLacksTurnsTheWholeDataSetToUtf8()
    {
        var dataset = new DicomDataset()
            .Set(DicomTag.SpecificCharacterSet, "ISO_IR 100")
            .Set(DicomTag.InstitutionName, "Spital Zürich")
            .SetSequence(DicomTag.RequestAttributesSequence, new DicomDataset().Set(DicomTag.RequestedProcedureDescription, "Schädel"));
        Assert.Equal("Zürich"u8.Length - 1, Encoding.Latin1.GetBytes("Zürich").Length);
        Assert.Contains((byte)0xFC, dataset.GetBytes(DicomTag.InstitutionName).ToArray());

        dataset.Set(DicomTag.PatientName, "山田^太郎");

        var read = DicomDataset.Parse(dataset.Encode(DicomTransferSyntax.ExplicitVRLittleEndian), DicomTransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal("ISO_IR 192", read.GetString(DicomTag.SpecificCharacterSet));
        Assert.Equal("Spital Zürich", read.GetString(DicomTag.InstitutionName));
        Assert.Equal("山田^太郎", read.GetString(DicomTag.PatientName));
        Assert.Equal("Schädel", read.GetItem(DicomTag.RequestAttributesSequence)!.GetString(DicomTag.RequestedProcedureDescription));
    }

    [Fact]
    public void TextIsEncodedAnewWhereItIsCopiedUnderAnotherSet()
    {
        var latin = new DicomDataset().Set(DicomTag.SpecificCharacterSet, "ISO_IR 100").Set(DicomTag.PatientName, "Müller")
            .SetSequence(DicomTag.RequestAttributesSequence, new DicomDataset().Set(DicomTag.RequestedProcedureDescription, "Schädel"));
        latin = DicomDataset.Parse(latin.Encode(DicomTransferSyntax.ImplicitVRLittleEndian), DicomTransferSyntax.ImplicitVRLittleEndian);

        var target = new DicomDataset().Set(DicomTag.SpecificCharacterSet, "ISO_IR 192").CopyFrom(latin, DicomTag.PatientName, DicomTag.RequestAttributesSequence);

        Assert.Equal("Müller", target.GetString(DicomTag.PatientName));
        Assert.Equal("Müller"u8.Length + 1, target.GetBytes(DicomTag.PatientName).Length);
        Assert.Equal("Schädel", target.GetItem(DicomTag.RequestAttributesSequence)!.GetString(DicomTag.RequestedProcedureDescription));
        var alone = latin.GetItem(DicomTag.RequestAttributesSequence)!.Clone();
        Assert.Equal("Schädel", DicomDataset.Parse(alone.Encode(DicomTransferSyntax.ImplicitVRLittleEndian), DicomTransferSyntax.ImplicitVRLittleEndian).GetString(DicomTag.RequestedProcedureDescription));
    }
}
