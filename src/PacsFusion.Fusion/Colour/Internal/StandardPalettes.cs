namespace PacsFusion.Fusion.Internal;

/// <summary>Palettes of PS3.6 annex B, whose channels rise and fall in straight runs.</summary>
internal static class StandardPalettes
{
    /// <summary>Table B.1-2.</summary>
    public static byte[] Pet { get; } = Build(
        "63:1 64:2 106:1 107:2 149:1 150:2 192:0",
        "0:2 31:3 32:2 62:3 63:-2 95:-1 96:-2 127:-1 128:2 254:3",
        "0:1 1:2 128:-3 129:-4 192:4 212:5 213:4 233:5 234:4 254:5");

    /// <summary>Table B.1-3.</summary>
    public static byte[] HotMetalBlue { get; } = Build(
        "85:3 93:2 94:3 102:2 103:3 104:2 106:3 107:2 109:3 110:2 111:3 112:2 114:3 115:2 117:3 118:2 119:3 127:2 128:3 144:2 145:3 153:4 155:3 156:4 161:3 162:4 167:3 168:4 170:0",
        "119:2 123:1 124:2 131:1 132:2 140:1 141:2 148:1 149:2 157:1 158:2 165:1 166:2 174:1 175:2 182:1 183:2 191:1 192:2 199:1 200:2 208:1 209:2 216:1 217:2 225:1 226:2 233:1 234:2 240:1 241:2 246:1 247:2 252:1 253:2",
        "0:2 8:1 9:2 42:1 43:2 59:1 60:2 93:1 94:2 102:-3 110:-2 111:-3 119:-6 123:-5 124:-6 131:-5 132:-6 136:-3 144:-2 145:-3 153:0 170:3 178:2 179:3 195:2 196:3 212:2 213:3 229:2 230:3 240:4 241:3 244:4 245:3 248:4 249:3 252:4 253:3");

    /// <summary>Table B.1-4: twenty plain steps.</summary>
    public static byte[] Pet20Step { get; } = Build(
        "12:96 13:0 25:-48 26:0 50:32 51:0 63:16 64:0 76:16 77:0 89:16 90:0 101:-80 102:0 127:32 128:0 140:-16 141:0 152:160 153:0 165:-16 166:0 203:-16 204:0 216:-16 217:0 229:79 230:0",
        "25:48 26:0 50:32 51:0 63:16 64:0 76:16 77:0 89:16 90:0 101:-32 102:0 114:48 115:0 127:48 128:0 140:32 141:0 165:-16 166:0 178:-32 179:0 191:-32 192:0 203:-48 204:0 216:-48 217:0 229:-48 230:0 242:255 243:0",
        "12:80 13:0 38:32 39:0 50:16 51:0 63:48 64:0 76:16 77:0 89:32 90:0 101:-176 102:0 127:32 128:0 140:-16 141:0 152:16 153:0 165:16 166:0 178:-32 179:0 191:-64 192:0 242:255 243:0");

    /// <summary>Every channel begins at 0; "63:1" means that from entry 63 on each next entry is greater by 1.</summary>
    private static byte[] Build(params string[] channels)
    {
        var rgb = new byte[768];
        for (var c = 0; c < 3; c++)
        {
            var runs = channels[c].Split(' ').Select(run => run.Split(':')).ToDictionary(Number, run => int.Parse(run[1], System.Globalization.CultureInfo.InvariantCulture));
            int value = 0, step = 0;
            for (var i = 0; i < 256; i++)
            {
                rgb[3 * i + c] = checked((byte)value);
                if (runs.TryGetValue(i, out var next)) step = next;
                value += step;
            }
        }
        return rgb;

        static int Number(string[] run) => int.Parse(run[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
