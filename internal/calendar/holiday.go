package calendar

import "time"

// Years for which Holidays knows the law.
const (
	FirstYear = 1970
	LastYear  = 2099
)

// Holiday is a day off with its name. Substitute and Between tell the two kinds
// that only follow from other holidays.
type Holiday struct {
	Date       Date
	JA, EN     string
	Substitute bool // 振替休日
	Between    bool // 国民の休日: between two holidays
}

// name is a holiday's name in both languages.
type name struct{ ja, en string }

// named is a holiday of one year before substitutes are worked out.
type named struct {
	date Date
	name name
}

// Holidays lists the national holidays (祝日 and 休日) of one year in order, by
// the Act on National Holidays (国民の祝日に関する法律, Act 178 of 1948) as in
// force in that year, with the single days set by special laws and the moves
// for the Tokyo games of 2020 and 2021 (Act on Special Measures for the Games,
// art. 32). The equinoxes are computed (see springEquinox); the official date
// is the one published in the Official Gazette on the first of February of the
// year before. Years outside FirstYear to LastYear give nil.
func Holidays(year int) []Holiday {
	if year < FirstYear || year > LastYear {
		return nil
	}
	base := statutory(year)
	days := map[Date]Holiday{}
	for _, n := range base {
		days[n.date] = Holiday{Date: n.date, JA: n.name.ja, EN: n.name.en}
	}
	substitutes(base, days)
	between(year, days)
	for _, n := range ceremonies(year) {
		days[n.date] = Holiday{Date: n.date, JA: n.name.ja, EN: n.name.en}
	}
	var out []Holiday
	for d := On(year, time.January, 1); d.Year == year; d = d.Add(1) {
		if h, ok := days[d]; ok {
			out = append(out, h)
		}
	}
	return out
}

// NationalHoliday says whether a day is a holiday of Japan, and which.
func NationalHoliday(d Date) (Holiday, bool) {
	for _, h := range Holidays(d.Year) {
		if h.Date == d {
			return h, true
		}
	}
	return Holiday{}, false
}

// statutory are the holidays with a name of their own (国民の祝日).
func statutory(y int) []named {
	var out []named
	add := func(m time.Month, d int, ja, en string) {
		if d > 0 {
			out = append(out, named{Date{y, m, d}, name{ja, en}})
		}
	}
	add(time.January, 1, "元日", "New Year's Day")
	add(time.January, since(y, 2000, monday(y, time.January, 2), 15), "成人の日", "Coming of Age Day")
	add(time.February, 11, "建国記念の日", "National Foundation Day")
	add(time.March, springEquinox(y), "春分の日", "Vernal Equinox Day")
	out = append(out, emperor(y)...)
	add(time.May, 3, "憲法記念日", "Constitution Memorial Day")
	add(time.May, 5, "こどもの日", "Children's Day")
	m, d := marine(y)
	add(m, d, "海の日", "Marine Day")
	add(time.August, mountain(y), "山の日", "Mountain Day")
	add(time.September, since(y, 2003, monday(y, time.September, 3), 15), "敬老の日", "Respect for the Aged Day")
	add(time.September, autumnEquinox(y), "秋分の日", "Autumnal Equinox Day")
	m, d = sports(y)
	if y >= 2020 {
		add(m, d, "スポーツの日", "Sports Day")
	} else {
		add(m, d, "体育の日", "Health and Sports Day")
	}
	add(time.November, 3, "文化の日", "Culture Day")
	add(time.November, 23, "勤労感謝の日", "Labour Thanksgiving Day")
	if y == 2019 {
		// The special law of 2018 (Act 99) treats these two as 祝日, so the days
		// between them and their neighbours became holidays as well.
		add(time.May, 1, "天皇の即位の日", "Day of the Emperor's Accession")
		add(time.October, 22, "即位礼正殿の儀", "Enthronement Ceremony")
	}
	return out
}

// emperor are the emperors' birthdays and what became of them.
func emperor(y int) []named {
	birthday := name{"天皇誕生日", "The Emperor's Birthday"}
	greenery := name{"みどりの日", "Greenery Day"}
	april, may := Date{y, time.April, 29}, Date{y, time.May, 4}
	switch {
	case y <= 1988:
		return []named{{april, birthday}}
	case y <= 2006:
		return []named{{april, greenery}, {Date{y, time.December, 23}, birthday}}
	}
	out := []named{{april, name{"昭和の日", "Showa Day"}}, {may, greenery}}
	switch {
	case y <= 2018:
		out = append(out, named{Date{y, time.December, 23}, birthday})
	case y >= 2020:
		out = append(out, named{Date{y, time.February, 23}, birthday})
	}
	return out // 2019 had no birthday: the change fell between the two
}

func marine(y int) (time.Month, int) {
	switch {
	case y < 1996:
		return time.July, 0
	case y < 2003:
		return time.July, 20
	case y == 2020:
		return time.July, 23
	case y == 2021:
		return time.July, 22
	}
	return time.July, monday(y, time.July, 3)
}

func mountain(y int) int {
	switch {
	case y < 2016:
		return 0
	case y == 2020:
		return 10
	case y == 2021:
		return 8
	}
	return 11
}

func sports(y int) (time.Month, int) {
	switch {
	case y < 2000:
		return time.October, 10
	case y == 2020:
		return time.July, 24
	case y == 2021:
		return time.July, 23
	}
	return time.October, monday(y, time.October, 2)
}

// ceremonies are single days off by special laws that are not 祝日.
func ceremonies(y int) []named {
	switch y {
	case 1989:
		return []named{{Date{y, time.February, 24}, name{"昭和天皇の大喪の礼", "Funeral of Emperor Showa"}}}
	case 1990:
		return []named{{Date{y, time.November, 12}, name{"即位礼正殿の儀", "Enthronement Ceremony"}}}
	case 1993:
		return []named{{Date{y, time.June, 9}, name{"皇太子徳仁親王の結婚の儀", "Wedding of Crown Prince Naruhito"}}}
	}
	return nil
}

// substitutes adds 振替休日 (art. 3(2)): from 12 April 1973 the Monday after a
// holiday on a Sunday, since 2007 the next day that is no holiday itself.
func substitutes(base []named, days map[Date]Holiday) {
	from := Date{1973, time.April, 12}
	for _, n := range base {
		if n.date.Weekday() != time.Sunday || n.date.Before(from) {
			continue
		}
		d := n.date.Add(1)
		for _, taken := days[d]; taken; _, taken = days[d] {
			d = d.Add(1)
		}
		days[d] = Holiday{Date: d, JA: "振替休日", EN: "Substitute Holiday", Substitute: true}
	}
}

// between adds 国民の休日 (art. 3(3), since 27 December 1985): a day whose
// neighbours are both 祝日. Until 2006 a Sunday or a substitute was left out.
func between(year int, days map[Date]Holiday) {
	if year < 1986 {
		return
	}
	named := func(d Date) bool { h, ok := days[d]; return ok && !h.Substitute && !h.Between }
	for d := On(year, time.January, 2); d.Year == year; d = d.Add(1) {
		if _, taken := days[d]; taken || !named(d.Add(-1)) || !named(d.Add(1)) {
			continue
		}
		if year < 2007 && d.Weekday() == time.Sunday {
			continue
		}
		days[d] = Holiday{Date: d, JA: "国民の休日", EN: "Citizens' Holiday", Between: true}
	}
}

// monday gives the day of the month of its nth Monday (the Happy Monday laws of
// 1998 and 2001).
func monday(y int, m time.Month, n int) int { return nth(y, m, time.Monday, n) }

// nth gives the day of the month of the nth such weekday.
func nth(y int, m time.Month, w time.Weekday, n int) int {
	first := On(y, m, 1).Weekday()
	return 1 + (int(w)-int(first)+7)%7 + 7*(n-1)
}

func since(y, from, later, before int) int {
	if y >= from {
		return later
	}
	return before
}

// springEquinox and autumnEquinox approximate the day in Japan on which the sun
// passes the equinox: a mean moment in 1980, the tropical year's excess over 365
// days, and the leap days that take it back. In millionths of a day, so that no
// rounding of the machine is involved. Holds for 1970 to 2099 against the
// almanac of the National Astronomical Observatory of Japan as known today.
func springEquinox(y int) int {
	if y < 1980 {
		return equinox(20_835_700, y, (y-1983)/4)
	}
	return equinox(20_843_100, y, (y-1980)/4)
}

func autumnEquinox(y int) int {
	if y < 1980 {
		return equinox(23_258_800, y, (y-1983)/4)
	}
	return equinox(23_248_800, y, (y-1980)/4)
}

func equinox(base, y, leaps int) int {
	return (base + 242_194*(y-1980) - 1_000_000*leaps) / 1_000_000
}
