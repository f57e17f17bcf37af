//! A list with the shape of the published ones: shares of flows, sites, markers and scripts as counted in them.

use std::fmt::Write;

struct Language {
    weight: u64,
    country: &'static str,
    /// Of the country, in degrees.
    centre: (f64, f64),
    /// `{p}` stands for a place.
    names: &'static [&'static str],
    places: &'static [&'static str],
}

const LANGUAGES: &[Language] = &[
    Language {
        weight: 14,
        country: "GB",
        centre: (52.5, -1.5),
        names: &[
            "University of {p}",
            "{p} University",
            "{p} College",
            "{p} City Library",
            "{p} Institute of Technology",
            "{p} School of Art",
            "Museum of {p}",
        ],
        places: &[
            "Ashford",
            "Brackwell",
            "Carrow",
            "Dunmere",
            "Elmsford",
            "Foxhollow",
            "Greyport",
            "Harwick",
            "Ivelstone",
            "Jarrowby",
            "Kelmarsh",
            "Lowick",
            "Marlowe",
            "Northfield",
            "Oakhampton",
            "Pembury",
        ],
    },
    Language {
        weight: 9,
        country: "US",
        centre: (39.8, -98.6),
        names: &["{p} State University", "{p} Community College", "University of {p} Medical Center"],
        places: &[
            "Alder Creek",
            "Bluff City",
            "Cedar Rapids",
            "Dry Fork",
            "Eagle Pass",
            "Fort Hale",
            "Grand Mesa",
            "High Plains",
        ],
    },
    Language {
        weight: 7,
        country: "NL",
        centre: (52.1, 5.3),
        names: &["Universiteit {p}", "Hogeschool {p}", "ROC {p}", "'s Heer {p} Onderwijs"],
        places: &[
            "Amstelveen",
            "Breukelen",
            "Culemborg",
            "Deventer",
            "Enkhuizen",
            "Franeker",
            "Goes",
            "Hoorn",
        ],
    },
    Language {
        weight: 10,
        country: "DE",
        centre: (51.0, 10.3),
        names: &[
            "Universität {p}",
            "Technische Hochschule {p}",
            "Fachhochschule {p}",
            "Pädagogische Hochschule {p}",
        ],
        places: &[
            "Würzburg",
            "Köln",
            "Düsseldorf",
            "Gießen",
            "Nürnberg",
            "Göttingen",
            "Lübeck",
            "Münster",
            "Saarbrücken",
        ],
    },
    Language {
        weight: 8,
        country: "FR",
        centre: (46.6, 2.5),
        names: &["Université de {p}", "École supérieure de {p}", "Lycée {p}", "Académie de {p}"],
        places: &["Orléans", "Besançon", "Nîmes", "Châlons", "Évreux", "Béziers", "Sète", "Angoulême"],
    },
    Language {
        weight: 5,
        country: "ES",
        centre: (40.2, -3.6),
        names: &["Universidad de {p}", "Escuela Técnica de {p}", "Instituto {p}"],
        places: &["Cádiz", "Jaén", "León", "Málaga", "Ávila", "Córdoba", "Logroño", "A Coruña"],
    },
    Language {
        weight: 2,
        country: "PT",
        centre: (39.6, -8.0),
        names: &["Universidade de {p}", "Politécnico de {p}"],
        places: &["Évora", "Setúbal", "Bragança", "Guimarães", "Covilhã"],
    },
    Language {
        weight: 4,
        country: "PL",
        centre: (52.1, 19.4),
        names: &["Uniwersytet w {p}", "Politechnika {p}", "Akademia Sztuk Pięknych {p}"],
        places: &["Łódź", "Gdańsk", "Poznań", "Wrocław", "Białystok", "Rzeszów", "Częstochowa"],
    },
    Language {
        weight: 8,
        country: "CZ",
        centre: (49.8, 15.5),
        names: &["Základní škola {p}", "Univerzita {p}", "Gymnázium {p}"],
        places: &["Plzeň", "České Budějovice", "Hradec Králové", "Třebíč", "Přerov", "Ústí nad Labem"],
    },
    Language {
        weight: 12,
        country: "SI",
        centre: (46.1, 14.8),
        names: &["Osnovna šola {p}", "Šolski center {p}", "Gimnazija {p}"],
        places: &["Žalec", "Škofja Loka", "Kočevje", "Črnomelj", "Šentjur", "Ajdovščina"],
    },
    Language {
        weight: 8,
        country: "HR",
        centre: (45.1, 15.2),
        names: &["Sveučilište u {p}", "Srednja škola {p}", "Dječji vrtić {p}"],
        places: &["Šibenik", "Đakovo", "Požega", "Čakovec", "Varaždin"],
    },
    Language {
        weight: 2,
        country: "NO",
        centre: (64.6, 12.7),
        names: &["Høgskolen i {p}", "Universitetet i {p}", "{p} kommune"],
        places: &["Tromsø", "Bodø", "Ålesund", "Hønefoss", "Førde"],
    },
    Language {
        weight: 2,
        country: "SE",
        centre: (62.8, 16.7),
        names: &["{p}s universitet", "Högskolan i {p}"],
        places: &["Västerås", "Örebro", "Gävle", "Skövde", "Växjö"],
    },
    Language {
        weight: 2,
        country: "DK",
        centre: (56.0, 10.0),
        names: &["Københavns {p}skole", "{p} Universitet"],
        places: &["Ærø", "Sønderborg", "Næstved", "Helsingør"],
    },
    Language {
        weight: 2,
        country: "IS",
        centre: (65.0, -18.6),
        names: &["Háskólinn í {p}"],
        places: &["Ísafjörður", "Akureyri", "Þingeyri"],
    },
    Language {
        weight: 2,
        country: "TR",
        centre: (39.0, 35.2),
        names: &["{p} Üniversitesi", "{p} Teknik Üniversitesi"],
        places: &["İzmir", "Iğdır", "Şırnak", "Çankırı", "Muğla"],
    },
    Language {
        weight: 2,
        country: "VN",
        centre: (16.6, 106.3),
        names: &["Đại học {p}"],
        places: &["Huế", "Đà Nẵng", "Cần Thơ", "Thái Nguyên"],
    },
    Language {
        weight: 2,
        country: "GR",
        centre: (39.1, 22.9),
        names: &["Πανεπιστήμιο {p}", "Πολυτεχνείο {p}"],
        places: &["Πατρών", "Θεσσαλίας", "Κρήτης", "Ιωαννίνων"],
    },
    Language {
        weight: 2,
        country: "KZ",
        centre: (48.2, 67.3),
        names: &["Университет города {p}", "Технический институт {p}"],
        places: &["Караганда", "Алматы", "Шымкент"],
    },
    Language {
        weight: 2,
        country: "BG",
        centre: (42.7, 25.2),
        names: &["Стопанска академия {p}", "Университет {p}"],
        places: &["Свищов", "Пловдив", "Русе"],
    },
    Language {
        weight: 2,
        country: "UA",
        centre: (49.0, 31.4),
        names: &["Національний університет {p}"],
        places: &["Львів", "Київ", "Чернівці"],
    },
    Language {
        weight: 2,
        country: "IL",
        centre: (31.5, 34.9),
        names: &["אוניברסיטת {p}", "מכללת {p}"],
        places: &["חיפה", "אשקלון", "ירושלים"],
    },
    Language {
        weight: 2,
        country: "MA",
        centre: (31.8, -7.1),
        names: &["جامعة {p}", "معهد {p}"],
        places: &["فاس", "مراكش", "طنجة", "أكادير"],
    },
    Language {
        weight: 2,
        country: "AM",
        centre: (40.3, 44.9),
        names: &["{p} համալսարան"],
        places: &["Երևան", "Գյումրի", "Վանաձոր"],
    },
    Language {
        weight: 2,
        country: "GE",
        centre: (42.2, 43.5),
        names: &["{p} უნივერსიტეტი"],
        places: &["ქუთაისი", "ბათუმი", "გორი"],
    },
    Language {
        weight: 2,
        country: "JP",
        centre: (36.2, 138.3),
        names: &["{p}大学", "{p}高等専門学校"],
        places: &["仙台", "名古屋", "つくば", "ナゴヤ"],
    },
    Language {
        weight: 2,
        country: "TW",
        centre: (23.7, 121.0),
        names: &["{p}大學", "國立{p}科技大學"],
        places: &["臺北", "高雄", "花蓮"],
    },
    Language {
        weight: 2,
        country: "KR",
        centre: (36.4, 127.8),
        names: &["{p}대학교"],
        places: &["부산", "대전", "광주"],
    },
    Language {
        weight: 2,
        country: "TH",
        centre: (15.1, 101.0),
        names: &["มหาวิทยาลัย{p}"],
        places: &["เชียงใหม่", "ขอนแก่น", "บูรพา"],
    },
    Language {
        weight: 2,
        country: "IN",
        centre: (22.9, 79.6),
        names: &["{p} विश्वविद्यालय"],
        places: &["जयपुर", "वाराणसी", "पुणे"],
    },
];

const PROFILE_NAMES: [&str; 10] = [
    "Staff",
    "Students",
    "Guests",
    "geteduroam",
    "Pracownik",
    "Étudiants",
    "Mitarbeiter",
    "Učenci",
    "教職員",
    "PEAP",
];

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    fn of<T: Copy>(&mut self, items: &[T]) -> T {
        let at = self.below(items.len() as u64);
        items[usize::try_from(at).expect("smaller than a length")]
    }

    fn language(&mut self) -> &'static Language {
        let mut at = self.below(LANGUAGES.iter().map(|l| l.weight).sum());
        LANGUAGES
            .iter()
            .find(|l| at.checked_sub(l.weight).map(|rest| at = rest).is_none())
            .expect("within the sum")
    }
}

/// A format 1 list, written as the publisher writes it: compact, keys sorted, letters beyond ASCII as `\u` and four
/// digits, CR LF at the end.
pub(crate) fn list(institutions: usize, profiles: usize) -> Vec<u8> {
    let mut dice = Dice(7);
    let mut counts = vec![1; institutions];
    for _ in institutions..profiles {
        let at = dice.below(institutions as u64);
        counts[usize::try_from(at).expect("smaller than a length")] += 1;
    }
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut profile = 100;
    for (number, count) in counts.into_iter().enumerate() {
        let language = dice.language();
        let mut name = dice.of(language.names).replace("{p}", dice.of(language.places));
        if dice.percent(55) {
            let (between, tail) = (dice.of(&[" ", " - ", ", "]), dice.of(&["Campus", "No.", "Süd", "分校"]));
            let _ = write!(name, "{between}{tail} {}", dice.below(400));
        }
        let mut geo = Vec::new();
        let sites = if dice.percent(18) {
            0
        } else if dice.percent(80) {
            1
        } else {
            2 + dice.below(10)
        };
        for _ in 0..sites {
            let mut spread = |centre: f64| centre + dice.below(4000) as f64 / 1000.0 - 2.0;
            let (lat, lon) = (spread(language.centre.0), spread(language.centre.1));
            geo.push(format!("{{\"lat\":{lat:.3},\"lon\":{lon:.3}}}"));
        }
        let own: Vec<String> = (0..count)
            .map(|position| {
                profile += 1;
                let called =
                    if position == 0 && dice.percent(40) { name.as_str() } else { dice.of(&PROFILE_NAMES) };
                one_profile(&mut dice, profile, called, position == 0)
            })
            .collect();
        let (id, country) = (1000 + number, language.country);
        let entry = format!(
            "{{\"cat_idp\":{id},\"country\":\"{country}\",\"geo\":[{}],\"id\":\"cat_{id}\",\"name\":{},\"profiles\":[{}]}}",
            geo.join(","),
            quoted(&name),
            own.join(",")
        );
        entries.push((name, entry));
    }
    entries.sort();
    let entries: Vec<String> = entries.into_iter().map(|(_, entry)| entry).collect();
    format!("{{\"instances\":[{}],\"seq\":2026010100,\"version\":1}}\r\n", entries.join(",")).into_bytes()
}

fn one_profile(dice: &mut Dice, number: u64, name: &str, default: bool) -> String {
    let name = quoted(name);
    match dice.below(1000) {
        0..58 => {
            let base = format!("https://i{number}.geteduroam.example");
            format!(
                "{{\"authorization_endpoint\":\"{base}/oauth/authorize/\",\"default\":{default},\
                 \"eapconfig_endpoint\":\"{base}/api/eap-config/\",\"id\":\"letswifi_cat_{number}\",\
                 \"name\":{name},\"oauth\":true,\"token_endpoint\":\"{base}/oauth/token/\"}}"
            )
        }
        58..73 => {
            let page = format!("https://www.i{number}.example/eduroam/");
            format!("{{\"id\":\"cat_{number}\",\"name\":{name},\"redirect\":\"{page}\"}}")
        }
        _ => format!(
            "{{\"eapconfig_endpoint\":\"https://cat.example.org/user/API.php?action=downloadInstaller\
             &device=eap-generic&profile={number}\",\"id\":\"cat_{number}\",\"name\":{name},\"oauth\":false}}"
        ),
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(octet) if octet.is_ascii() && octet != b'"' && octet != b'\\' => out.push(char::from(octet)),
            _ => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out.push('"');
    out
}
