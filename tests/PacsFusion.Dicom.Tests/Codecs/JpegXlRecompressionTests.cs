namespace PacsFusion.Dicom.Tests;

/// <summary>
/// JPEG streams packed again as JPEG XL (.4.111) decode to the pixels that the JPEG stream itself does, as RGB. The streams are a made-up
/// ramp by libjpeg, and what cjxl made of it.
/// </summary>
public class JpegXlRecompressionTests(CodecModules modules)
{
    private const int Rows = 16, Columns = 24;

    private const string FullJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAQABgDAREAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABgUH/8QAHhAAAQQCAwEAAAAAAAAAAAAAAQAGEaEDBQQSEyP/xAAYAQADAQEAAAAAAAAAAAAAAAAEBgcFCP/EAB8RAAEEAgMBAQAAAAAAAAAAAAUAAQIhAxEEEjETIv/aAAwDAQACEQMRAD8Aw7VtmAB50qZI20I9drFHFfLSLgNXsQfOkrc/mPlltnVEFmNatKdS2OsTjpCYinwa3T8PLb1av69sHsPnSVuaVk2TTOuMhhamtLdQ1pAnHSJwEGlC3T2PL+WkfDa8ERjpLJYn1f8ALqhCi/lr/9k=";

    private const string FullJpegXl =
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAARanhscAAAAAD/CgNBJAAAAGFqYnJkwG0DCIIgtAwIgFCjQEoAAACQ1f8npIQRAABAkOagXKG6i/yvYBIAAACRXcL/CylhEgAAFBAOwmaow7iH/C/wAwCVBQALCIDgABBKRklGAAEBAAABAAEAAAMAAAFTanhscIAAAAHgWwAQAAAFCmoKagpq/v8OAAAYAAgAAQAAAAAAgIAliQSoXswVwHdL6AEAKCQpKChcgLQYPMsuahZzPgS9GCD1XQRFoCYcqwh5vzwnGZLrfx1KV+6Al0LZL9Qf4DTEOuRZpE4AMVRRkQJp4pCkjiAgSQURRJLcDAQkSZIkSZIkSZIkSZIkyadIomO3hkmaVJeQjd1tRb9rZYIoo+VTUB0hYO0uQpJ9pRipCiEFrQATmheAkm/UDPIZF5IM+wIkieyJSJKABFEiSZIkSZIkSZIkSZIkSQAAAAAAAIUUNA9okHUXGeNFnaRGMb2rAkDC6J5debDcRSSkjVmundqWfEzSiLh1nkENYlvmqyNvqECvrvqoPFCglg3yL6zav1kaXsMEkXtZCZJnArdtX1E8ov9yVqnFgUGVa7cTCg//9BZUez8c4POBRQ8=";

    private const string SubsampledJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2wBDAQUFBQcGBw4ICA4eFBEUHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7/wAARCAAQABgDASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAABwAG/8QAHhAAAQQCAwEAAAAAAAAAAAAAAQAGEaEDBQQSEyP/xAAWAQEBAQAAAAAAAAAAAAAAAAAGBQf/xAAfEQABAwQDAQAAAAAAAAAAAAABAAYSAgMEMQURExT/2gAMAwEAAhEDEQA/AA7VtmAB50tFwGr2IPnSSNe2D2Hzpa3UNaQJx0q2U5/rJtE6R9tu2PRkjPUtjrE46Um/hteCIx0pF8h41YtfmDpbdxzslYBkv//Z";

    private const string SubsampledJpegXl =
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAARanhscAAAAAD/CgNBJAAAAF5qYnJkwG0DCIIgtAwIgFCjQEoAAADQkP8npIQRAABAkOagXKG6i/yvlAAAACCr/1/IKCMAAIAgVeQYpkxX/l/gBwAqCwALCIDgABBKRklGAAEBAAABAAEAAAMAAAEyanhscIAAAAHgWwIQAHwECmoKagpq/v8OAAAYAAgAAQAAAAAAgIAliQSoXswVwHdL6AEAKCQpKCiQ7hiDt8bY2Do2xugiLQbPsouaxWS9vwEElgkQQQG4UAL0/dGH3JoAABjWCSCGKipSIE0cktQRBCSpIIJIkpuBgCRJkiRJkiRJkiRJkiT5FEl07NYwSZPqErKxu63od61MEGW0fAqqIwSs3UVIsq8UI1UhpKAVYELzAlDyjZpBPuNCkmFfgCSRPRFJEpAgSiRJkiRJkiRJkiRJkiQJAAAAAACgkAKJANQoVzFGxihFSTG2LAjjq9ka6NslVz05OLIKAZWM6W1Z2vlP5XoeuUBfPZjanIOtAYFB5gY1l3GMN9/uEplQ/9oEjh8dCRUO/Xr6VXOBsAE=";

    private const string GreyJpeg =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkMEQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/wAALCAAQABgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABwYI/8QAGRAAAQUAAAAAAAAAAAAAAAAAAAUGIjKh/9oACAEBAAA/AM8ILdrDBAQW7WGCAgt2sMJ9BbtYYICC3awwQEFu1hh//9k=";

    private const string GreyJpegXl =
        "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAATanhscAAAAAD/CgNBUNwIAAAAP2picmTBDSAILQMCAISAlAAAAKBT+D8hCQAAAFQecsyg/wP8AAAACwiA4AAQSkZJRgABAQAAAQABAAADAAABBWp4bHCAAAAB4FsAEADIAwpqCmoKav7/DgAAGAAIAAEAAAAAAICAJYlUiLu5OgKgTKrYA30CABRyUlBQUCC9MQYz2hjb2OIYg4EYxjA6huclqiqyYvBmGyFQ5vY9B6BxdqcAAfkAdAAFcAmcAGImsBsAjs6lPJH2h4Gal7e81pIpiOcTMHGPKFGMlLmegglNyW6BBekBKKsrNdRRlUUhqEwVR4GAKUkFiWIkso0UTGhK/lw2yLkqeRmpoYWjLAdnZQo4CxT4AUxI5L8SI6VggjBBU7JBAgAAAAAAKEkkROYtCQDAv58bRkHYzw2jIOznhlEQ9nPDKAj7uWEUhP3cMAoC";

    [Theory]
    [InlineData(FullJpeg, FullJpegXl, 3, 10)]
    [InlineData(SubsampledJpeg, SubsampledJpegXl, 3, 40)]
    [InlineData(GreyJpeg, GreyJpegXl, 1, 1)]
    public void ARecompressedStreamShowsWhatTheJpegStreamShows(string jpeg, string jpegXl, int samples, int tolerance)
    {
        using var session = modules.Require().OpenSession();
        var original = Open(jpeg, DicomTransferSyntax.JpegBaseline8Bit);
        var packed = Open(jpegXl, DicomTransferSyntax.JpegXLJpegRecompression);
        Assert.Equal(samples == 1 ? "MONOCHROME2" : "RGB", packed.DecodedPhotometricInterpretation);
        byte[] expected = Shown(original), found = Shown(packed);
        // One cuts luminance and chrominance to 8 bits each before they make colour, the other does not; and it smooths chrominance of
        // less resolution, which the other repeats. The means are close all the same.
        var differences = expected.Zip(found, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.InRange(differences.Max(), 0, tolerance);
        Assert.InRange(differences.Average(), 0, tolerance > 10 ? 4 : 2);

        DicomPixelData Open(string stream, DicomTransferSyntax syntax)
        {
            var dataset = SandboxTests.Image(Rows, Columns, samples: samples, frames: Convert.FromBase64String(stream));
            if (samples == 3) dataset.Set(DicomTag.PhotometricInterpretation, "YBR_FULL");
            return DicomPixelData.Open(dataset, syntax, session);
        }

        static byte[] Shown(DicomPixelData pixels)
        {
            if (pixels.SamplesPerPixel == 1) return pixels.DecodeFrame(0);
            var rgb = new byte[Rows * Columns * 3];
            pixels.ReadRgb(0, rgb);
            return rgb;
        }
    }
}
