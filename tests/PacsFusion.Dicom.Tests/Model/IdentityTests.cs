using System.Security.Cryptography;

namespace PacsFusion.Dicom.Tests;

public class IdentityTests
{
    [Fact]
    public void TheSameHashGivesTheSameUid()
    {
        var hash = SHA256.HashData("content"u8);
        var uid = DicomUid.FromHash(hash);
        Assert.Equal(uid, DicomUid.FromHash(hash));
        Assert.StartsWith("2.25.", uid, StringComparison.Ordinal);
        Assert.True(DicomUid.IsValid(uid));
        Assert.Equal("2.25.340282366920938463463374607431768211455", DicomUid.FromHash(Enumerable.Repeat((byte)0xFF, 32).ToArray()));
        Assert.Equal("2.25.0", DicomUid.FromHash(new byte[32]));
    }

    [Theory]
    [InlineData("1.2.840", true)]
    [InlineData("0.0", true)]
    [InlineData("", false)]
    [InlineData("1..2", false)]
    [InlineData("1.02", false)]
    [InlineData("1.2.", false)]
    [InlineData("1.a", false)]
    [InlineData("../../etc", false)]
    public void UidsAreChecked(string uid, bool valid) => Assert.Equal(valid, DicomUid.IsValid(uid));

    [Fact]
    public void TheRegistryKnowsItsOwn()
    {
        Assert.True(DicomUid.IsStorageSopClass(DicomUid.CTImageStorage));
        Assert.True(DicomUid.IsStorageSopClass(DicomUid.PositronEmissionTomographyImageStorage));
        Assert.False(DicomUid.IsStorageSopClass(DicomUid.Verification));
        Assert.Equal("CT Image Storage", DicomUid.NameOf("1.2.840.10008.5.1.4.1.1.2"));
        Assert.Equal("Explicit VR Little Endian", DicomUid.NameOf("1.2.840.10008.1.2.1"));
        Assert.True(DicomUid.StorageSopClasses.Count > 170);
        Assert.Equal(DicomTransferSyntax.All.Count, DicomTransferSyntax.All.Select(s => s.Uid).Distinct().Count());
        Assert.Same(DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.Find("1.2.840.10008.1.2.1\0"));
        Assert.All(DicomUid.StorageSopClasses, u => Assert.True(DicomUid.IsValid(u)));
    }

    [Fact]
    public void TheDictionaryIsSortedAndCompleteBothWays()
    {
        Assert.Equal("2026b", DicomDictionary.Edition);
        var tags = DictionaryTables.Tags.ToArray();
        Assert.Equal(tags.Order(), tags);
        foreach (var value in tags)
        {
            var tag = new DicomTag((ushort)(value >> 16), (ushort)value);
            Assert.True(DicomDictionary.TryFind(tag.Keyword, out var found));
            Assert.Equal(tag.Keyword, found.Keyword);
        }
        Assert.Equal((DicomVR.PN, "PatientName", "1"), (DicomDictionary.VrOf(DicomTag.PatientName), DicomTag.PatientName.Keyword, DicomDictionary.MultiplicityOf(DicomTag.PatientName)));
        Assert.Equal(DicomVR.OW, DicomDictionary.VrOf(new DicomTag(0x6002, 0x3000)));
        Assert.Equal("OverlayRows", new DicomTag(0x6012, 0x0010).Keyword);
        Assert.Null(DicomDictionary.VrOf(new DicomTag(0x6001, 0x0010 + 0x1000)));
        Assert.Equal(DicomVR.LO, DicomDictionary.VrOf(new DicomTag(0x0009, 0x0010)));
        Assert.True(DicomDictionary.IsRetired(DicomTag.OtherPatientIDs));
        Assert.False(DicomDictionary.TryFind("NoSuchKeyword", out _));
        Assert.True(DicomTag.TryParse("(0010,0010)", out var parsed) && parsed == DicomTag.PatientName);
    }

    [Theory]
    [InlineData("20240229", true)]
    [InlineData("2024.02.29", true)]
    [InlineData("20230229", false)]
    [InlineData("29.02.2024", false)]
    [InlineData("", false)]
    public void DatesAreDaysOfTheCalendar(string text, bool valid) => Assert.Equal(valid, DicomDateTime.TryParseDate(text, out _));

    [Theory]
    [InlineData("10", 36_000_000_000 * 10)]
    [InlineData("1030", 378_000_000_000)]
    [InlineData("103005.25", 378_052_500_000)]
    [InlineData("10:30:05", 378_050_000_000)]
    [InlineData("235960", 863_999_999_999)]
    [InlineData("2460", -1)]
    [InlineData("103005.", 378_050_000_000)]
    [InlineData("1", -1)]
    public void TimesAreOfTheDay(string text, long ticks)
    {
        Assert.Equal(ticks >= 0, DicomDateTime.TryParseTime(text, out var time));
        if (ticks >= 0) Assert.Equal(ticks, time.Ticks);
    }

    [Fact]
    public void DateTimesHaveFractionsAndOffsets()
    {
        Assert.True(DicomDateTime.TryParseDateTime("20240229103005.123456-0530", out var local, out var offset));
        Assert.Equal((new DateTime(2024, 2, 29, 10, 30, 5).AddTicks(1_234_560), TimeSpan.FromMinutes(-330)), (local, offset!.Value));
        Assert.True(DicomDateTime.TryParseDateTime("2024", out local, out offset));
        Assert.Equal((new DateTime(2024, 1, 1), false), (local, offset.HasValue));
        Assert.False(DicomDateTime.TryParseDateTime("20241301", out _, out _));
        var moment = new DateTimeOffset(2024, 2, 29, 10, 30, 5, TimeSpan.FromHours(-3));
        Assert.Equal("20240229103005-0300", DicomDateTime.FormatDateTime(moment));
    }
}
