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

    // The same annexes, the other way: what is written is what the standard prints.
    [Theory]
    [InlineData("\\ISO 2022 IR 87", "Yamada^Tarou=\x1B$B;3ED\x1B(B^\x1B$BB@O:\x1B(B=\x1B$B$d$^$@\x1B(B^\x1B$B$?$m$&\x1B(B", "Yamada^Tarou=山田^太郎=やまだ^たろう")]
    [InlineData("ISO 2022 IR 13\\ISO 2022 IR 87", "\xD4\xCF\xC0\xDE^\xC0\xDB\xB3=\x1B$B;3ED\x1B(J^\x1B$BB@O:\x1B(J=\x1B$B$d$^$@\x1B(J^\x1B$B$?$m$&\x1B(J", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう")]
    [InlineData("\\ISO 2022 IR 149", "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7=\x1B$)C\xC8\xAB^\x1B$)C\xB1\xE6\xB5\xBF", "Hong^Gildong=洪^吉洞=홍^길동")]
    [InlineData("\\ISO 2022 IR 58", "Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB", "Zhang^XiaoDong=张^小东")]
    [InlineData("\\ISO 2022 IR 87\\ISO 2022 IR 159", "\x1B$(D\x30\x21\x1B$B;3\x1B(B", "丂山")]
    [InlineData("ISO 2022 IR 100\\ISO 2022 IR 144", "\xC4\x1B-L\xBB\xDC^\xC4", "ÄЛм^Ä")]
    [InlineData("ISO 2022 IR 6\\ISO 2022 IR 149", "\x1B$)C\xB1\xE8\xC8\xF1\xC1\xDF A\r\n\x1B$)C\xB1\xE8", "김희중 A\r\n김")]
    public void TextIsWrittenWithTheEscapeSequencesThatTheSetAllows(string terms, string bytes, string text)
    {
        var set = DicomCharacterSet.Parse(terms.Split('\\'));
        Assert.True(set.TryEncode(text, out var written));
        Assert.Equal(bytes, Encoding.Latin1.GetString(written));
        Assert.Equal(text, set.Decode(written, DicomVR.PN));
    }

    [Fact]
    public void EveryCharacterOfASetComesBackOrIsRefused()
    {
        foreach (var terms in (string[])["\\ISO 2022 IR 87\\ISO 2022 IR 159", "ISO 2022 IR 13\\ISO 2022 IR 87", "\\ISO 2022 IR 149", "\\ISO 2022 IR 58", "ISO 2022 IR 100\\ISO 2022 IR 126\\ISO 2022 IR 138", "ISO_IR 192", "GB18030", "GBK", "ISO_IR 13", "ISO_IR 166"])
        {
            var set = DicomCharacterSet.Parse(terms.Split('\\'));
            var fits = 0;
            for (var c = 0x80; c < 0xFFFE; c++)
            {
                if (char.IsSurrogate((char)c) || c == 0xFFFD || !set.TryEncode($"A{(char)c}^B", out var bytes)) continue;
                fits++;
                if (set.Decode(bytes, DicomVR.PN) != $"A{(char)c}^B") Assert.Fail($"{terms} U+{c:X4}");
            }
            Assert.InRange(fits, terms switch { "ISO_IR 13" => 60, "ISO_IR 166" => 80, _ when terms.StartsWith("ISO 2022 IR 100", StringComparison.Ordinal) => 200, _ => 6500 }, 65536);
        }
    }

    [Fact]
    public void TextThatChangesItsSetWithEachCharacterIsWrittenInGoodTime()
    {
        var text = string.Concat(Enumerable.Repeat("홍込", 200_000));
        var set = DicomCharacterSet.Parse(["", "ISO 2022 IR 87", "ISO 2022 IR 149"]);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.True(set.TryEncode(text, out var bytes));
        Assert.Equal(text, set.Decode(bytes, DicomVR.UT));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    [Fact]
    public void NewTextStaysInTheCharacterSetOfTheSource()
    {
        var dataset = DicomFile.Parse(OddFiles.Bytes("charset/chrKoreanMulti.dcm")).Dataset.Clone();
        dataset.Set(DicomTag.InstitutionName, "서울");
        Assert.NotEqual("ISO_IR 192", dataset.CharacterSet.Terms[0]);
        Assert.Equal("\x1B$)C\xBC\xAD\xBF\xEF", Encoding.Latin1.GetString(dataset.GetBytes(DicomTag.InstitutionName).Span).TrimEnd());
        Assert.Equal("김희중", dataset.GetString(DicomTag.PatientName));
    }

    [Fact]
    public void BytesWithoutMeaningAreKeptWhereTextIsEncodedAnew()
    {
        var dataset = new DicomDataset().SetBytes(DicomTag.SpecificCharacterSet, DicomVR.CS, "\\ISO 2022 IR 87"u8.ToArray())
            .SetBytes(DicomTag.InstitutionName, DicomVR.LO, Encoding.Latin1.GetBytes("A\x1B$B;3\x1B(B\x1B!Z\xE4\xFF"));
        Assert.Contains('山', dataset.GetString(DicomTag.InstitutionName)!);

        dataset.Set(DicomTag.PatientName, "Łódź");

        Assert.Equal("ISO_IR 192", dataset.GetString(DicomTag.SpecificCharacterSet));
        Assert.Equal("A山\x1B!Z\u00E4\u00FF", dataset.GetString(DicomTag.InstitutionName));
        var copy = new DicomDataset().Set(DicomTag.SpecificCharacterSet, "ISO_IR 192")
            .CopyFrom(new DicomDataset().SetBytes(DicomTag.SpecificCharacterSet, DicomVR.CS, "GB18030 "u8.ToArray()).SetBytes(DicomTag.InstitutionName, DicomVR.LO, new byte[] { 0xCD, 0xF5, 0xFF, 0x41 }), DicomTag.InstitutionName);
        Assert.Equal("王\u00FFA", copy.GetString(DicomTag.InstitutionName));
    }

    [Fact]
    public void TheFirstSetIsBackAtEndsOfLinesValuesComponentsAndGroups()
    {
        // IR 149 in G1 from its escape sequence on; without one, bytes above 7FH after a reset are read by what was last there.
        const string Kanji = "\x1B$B;3";
        Assert.Equal("山\n;3", Decode("\\ISO 2022 IR 87", Kanji + "\n;3", DicomVR.LT));
        Assert.Equal("山\r;3", Decode("\\ISO 2022 IR 87", Kanji + "\r;3", DicomVR.ST));
        Assert.Equal("山\f;3", Decode("\\ISO 2022 IR 87", Kanji + "\f;3", DicomVR.UT));
        Assert.Equal("山\\;3", Decode("\\ISO 2022 IR 87", Kanji + "\x1B(B\\;3", DicomVR.LO));
        Assert.Equal("山^;3=;3", Decode("\\ISO 2022 IR 87", Kanji + "\x1B(B^;3=;3", DicomVR.PN));
        Assert.Equal("Л^Ä=Ä\\Ä", Decode("ISO 2022 IR 100\\ISO 2022 IR 144", "\x1B-L\xBB^\xC4=\xC4\\\xC4", DicomVR.PN));
        // In text other than names the delimiters of names are letters like others.
        Assert.Equal("Л^Ф", Decode("ISO 2022 IR 100\\ISO 2022 IR 144", "\x1B-L\xBB^\xC4", DicomVR.LO));
    }

    [Fact]
    public void ASecondByteThatIsABackslashPartsNoValuesInAnySet()
    {
        foreach (var (term, bytes, expected) in ((string, string, string)[])[("GBK", "\x81\\\\A", "乗"), ("GB18030", "\x81\\\\A", "乗"), ("ISO_IR 13", "\x83\\\\A", "ソ")])
        {
            var dataset = new DicomDataset().SetBytes(DicomTag.SpecificCharacterSet, DicomVR.CS, Encoding.ASCII.GetBytes(term)).SetBytes(DicomTag.OtherPatientNames, DicomVR.PN, Encoding.Latin1.GetBytes(bytes));
            Assert.Equal([expected, "A"], dataset.GetStrings(DicomTag.OtherPatientNames));
        }
        // JIS X 0208 has characters whose both bytes are 5CH.
        Assert.Single(new DicomDataset().SetBytes(DicomTag.SpecificCharacterSet, DicomVR.CS, "\\ISO 2022 IR 87"u8.ToArray()).SetBytes(DicomTag.InstitutionName, DicomVR.LO, Encoding.Latin1.GetBytes("\x1B$B\\\\\x1B(B")).GetStrings(DicomTag.InstitutionName));
    }

    [Theory]
    [InlineData("LO")]
    [InlineData("PN")]
    [InlineData("UT")]
    [InlineData("UN")]
    [InlineData("OB")]
    [InlineData("US")]
    public void ACharacterSetOfAnyRepresentationIsReadWithoutItself(string vr)
    {
        var bytes = new DatasetBytes(DicomTransferSyntax.ExplicitVRLittleEndian).Text(0x00080005, vr, "\\ISO 2022 IR 87").Text(0x00100010, "PN", "\x1B$B;3ED\x1B(B").ToArray();
        var dataset = DicomDataset.Parse(bytes, DicomTransferSyntax.ExplicitVRLittleEndian);
        Assert.Equal("山田", dataset.GetString(DicomTag.PatientName));
        Assert.NotNull(DicomJson.Write(dataset));
        Assert.Equal("山田", dataset.Clone().Set(DicomTag.InstitutionName, "Łódź").GetString(DicomTag.PatientName));
        // A sequence in its place is no character set.
        var sequence = new DatasetBytes(DicomTransferSyntax.ExplicitVRLittleEndian).Sequence(0x00080005, true, (bytes, true)).Text(0x00100010, "PN", "A").ToArray();
        Assert.Equal("A", DicomDataset.Parse(sequence, DicomTransferSyntax.ExplicitVRLittleEndian).GetString(DicomTag.PatientName));
    }

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
    public void HalfOfASurrogatePairIsRefusedAndChangesNothing()
    {
        var dataset = new DicomDataset().Set(DicomTag.SpecificCharacterSet, "ISO_IR 100").Set(DicomTag.PatientName, "Müller");
        Assert.Equal("value-not-representable", Assert.Throws<DicomException>(() => dataset.Set(DicomTag.PatientName, "A\uD800")).Code);
        Assert.Equal(("ISO_IR 100", "Müller"), (dataset.GetString(DicomTag.SpecificCharacterSet), dataset.GetString(DicomTag.PatientName)));
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
