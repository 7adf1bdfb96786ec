//! Countries of ISO 3166-1.

use super::super::{Arguments, Example, Function, Parameter, Run, Type, required};
use super::text;
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Value};

const COUNTRY: Parameter = required("country", Type::Text, "a country's code of two or three letters or of three digits");

struct Country {
    alpha2: &'static str,
    alpha3: &'static str,
    numeric: &'static str,
    name: &'static str,
}

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "Iso3166Convert.toAlpha2",
        parameters: &[COUNTRY],
        summary: "Gives a country's code of two letters.",
        example: Example { expression: r#"Iso3166Convert.toAlpha2("IND")"#, value: r#""IN""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.alpha2)),
        ..Function::PLAIN
    },
    Function {
        name: "Iso3166Convert.toAlpha3",
        parameters: &[COUNTRY],
        summary: "Gives a country's code of three letters.",
        example: Example { expression: r#"Iso3166Convert.toAlpha3("IN")"#, value: r#""IND""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.alpha3)),
        ..Function::PLAIN
    },
    Function {
        name: "Iso3166Convert.toName",
        parameters: &[COUNTRY],
        summary: "Gives a country's name in English.",
        example: Example { expression: r#"Iso3166Convert.toName("IN")"#, value: r#""India""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.name)),
        ..Function::PLAIN
    },
    Function {
        name: "Iso3166Convert.toNumeric",
        parameters: &[COUNTRY],
        summary: "Gives a country's code of three digits, as a text.",
        example: Example { expression: r#"Iso3166Convert.toNumeric("USA")"#, value: r#""840""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.numeric)),
        ..Function::PLAIN
    },
];

/// A country travels as its code of two letters.
pub(super) static METHODS: &[Function] = &[
    Function {
        name: ".parseCountryCode",
        parameters: &[required("country", Type::Text, "a country's code, or its name in English")],
        summary: "Reads a country from its code or name.",
        example: Example { expression: "'United States'.parseCountryCode()", value: r#""US""# },
        run: Run::Native(|arguments| {
            let Some(text) = text(arguments, 0)? else { return Ok(Value::Null) };
            let country = by_code(&text).or_else(|| by_name(&text));
            country.map(|country| Value::text(country.alpha2)).ok_or_else(|| unknown(&text))
        }),
        ..Function::PLAIN
    },
    Function {
        name: ".toAlpha2",
        parameters: &[COUNTRY],
        summary: "Gives a country's code of two letters.",
        example: Example { expression: "'USA'.parseCountryCode().toAlpha2()", value: r#""US""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.alpha2)),
        ..Function::PLAIN
    },
    Function {
        name: ".toAlpha3",
        parameters: &[COUNTRY],
        summary: "Gives a country's code of three letters.",
        example: Example { expression: "'US'.parseCountryCode().toAlpha3()", value: r#""USA""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.alpha3)),
        ..Function::PLAIN
    },
    Function {
        name: ".toName",
        parameters: &[COUNTRY],
        summary: "Gives a country's name in English.",
        example: Example { expression: "'US'.parseCountryCode().toName()", value: r#""United States""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.name)),
        ..Function::PLAIN
    },
    Function {
        name: ".toNumeric",
        parameters: &[COUNTRY],
        summary: "Gives a country's code of three digits, as a text.",
        example: Example { expression: "'USA'.parseCountryCode().toNumeric()", value: r#""840""# },
        run: Run::Native(|arguments| convert(arguments, |country| country.numeric)),
        ..Function::PLAIN
    },
];

fn convert<'a>(arguments: &mut (dyn Arguments<'a> + '_), to: fn(&Country) -> &'static str) -> Result<Value<'a>, Halt> {
    let Some(text) = text(arguments, 0)? else { return Ok(Value::Null) };
    by_code(&text).map(|country| Value::text(to(country))).ok_or_else(|| unknown(&text))
}

fn unknown(text: &str) -> Halt {
    Fault::of(0, Code::UnknownCountry, format!("{text:?} is no country of ISO 3166"))
}

fn by_code(text: &str) -> Option<&'static Country> {
    let code = text.trim();
    COUNTRIES.iter().find(|country| [country.alpha2, country.alpha3, country.numeric].iter().any(|own| own.eq_ignore_ascii_case(code)))
}

fn by_name(text: &str) -> Option<&'static Country> {
    let name = text.trim();
    let former = || FORMER.iter().find(|(former, _)| former.eq_ignore_ascii_case(name)).and_then(|(_, code)| by_code(code));
    COUNTRIES.iter().find(|country| country.name.eq_ignore_ascii_case(name)).or_else(former)
}

const fn country(alpha2: &'static str, alpha3: &'static str, numeric: &'static str, name: &'static str) -> Country {
    Country { alpha2, alpha3, numeric, name }
}

/// Names of before that profiles still have, for reading alone.
const FORMER: [(&str, &str); 11] = [
    ("Cape Verde", "CV"),
    ("Congo, the Democratic Republic of the", "CD"),
    ("Czech Republic", "CZ"),
    ("Holy See (Vatican City State)", "VA"),
    ("Netherlands", "NL"),
    ("Swaziland", "SZ"),
    ("Turkey", "TR"),
    ("United Kingdom of Great Britain and Northern Ireland", "GB"),
    ("United States of America", "US"),
    ("Virgin Islands, British", "VG"),
    ("Virgin Islands, U.S.", "VI"),
];

/// Names as ISO 3166 has them; two are as Okta prints them, United States and United Kingdom.
#[rustfmt::skip]
static COUNTRIES: [Country; 249] = [
    country("AD", "AND", "020", "Andorra"),
    country("AE", "ARE", "784", "United Arab Emirates"),
    country("AF", "AFG", "004", "Afghanistan"),
    country("AG", "ATG", "028", "Antigua and Barbuda"),
    country("AI", "AIA", "660", "Anguilla"),
    country("AL", "ALB", "008", "Albania"),
    country("AM", "ARM", "051", "Armenia"),
    country("AO", "AGO", "024", "Angola"),
    country("AQ", "ATA", "010", "Antarctica"),
    country("AR", "ARG", "032", "Argentina"),
    country("AS", "ASM", "016", "American Samoa"),
    country("AT", "AUT", "040", "Austria"),
    country("AU", "AUS", "036", "Australia"),
    country("AW", "ABW", "533", "Aruba"),
    country("AX", "ALA", "248", "Åland Islands"),
    country("AZ", "AZE", "031", "Azerbaijan"),
    country("BA", "BIH", "070", "Bosnia and Herzegovina"),
    country("BB", "BRB", "052", "Barbados"),
    country("BD", "BGD", "050", "Bangladesh"),
    country("BE", "BEL", "056", "Belgium"),
    country("BF", "BFA", "854", "Burkina Faso"),
    country("BG", "BGR", "100", "Bulgaria"),
    country("BH", "BHR", "048", "Bahrain"),
    country("BI", "BDI", "108", "Burundi"),
    country("BJ", "BEN", "204", "Benin"),
    country("BL", "BLM", "652", "Saint Barthélemy"),
    country("BM", "BMU", "060", "Bermuda"),
    country("BN", "BRN", "096", "Brunei Darussalam"),
    country("BO", "BOL", "068", "Bolivia, Plurinational State of"),
    country("BQ", "BES", "535", "Bonaire, Sint Eustatius and Saba"),
    country("BR", "BRA", "076", "Brazil"),
    country("BS", "BHS", "044", "Bahamas"),
    country("BT", "BTN", "064", "Bhutan"),
    country("BV", "BVT", "074", "Bouvet Island"),
    country("BW", "BWA", "072", "Botswana"),
    country("BY", "BLR", "112", "Belarus"),
    country("BZ", "BLZ", "084", "Belize"),
    country("CA", "CAN", "124", "Canada"),
    country("CC", "CCK", "166", "Cocos (Keeling) Islands"),
    country("CD", "COD", "180", "Congo, Democratic Republic of the"),
    country("CF", "CAF", "140", "Central African Republic"),
    country("CG", "COG", "178", "Congo"),
    country("CH", "CHE", "756", "Switzerland"),
    country("CI", "CIV", "384", "Côte d'Ivoire"),
    country("CK", "COK", "184", "Cook Islands"),
    country("CL", "CHL", "152", "Chile"),
    country("CM", "CMR", "120", "Cameroon"),
    country("CN", "CHN", "156", "China"),
    country("CO", "COL", "170", "Colombia"),
    country("CR", "CRI", "188", "Costa Rica"),
    country("CU", "CUB", "192", "Cuba"),
    country("CV", "CPV", "132", "Cabo Verde"),
    country("CW", "CUW", "531", "Curaçao"),
    country("CX", "CXR", "162", "Christmas Island"),
    country("CY", "CYP", "196", "Cyprus"),
    country("CZ", "CZE", "203", "Czechia"),
    country("DE", "DEU", "276", "Germany"),
    country("DJ", "DJI", "262", "Djibouti"),
    country("DK", "DNK", "208", "Denmark"),
    country("DM", "DMA", "212", "Dominica"),
    country("DO", "DOM", "214", "Dominican Republic"),
    country("DZ", "DZA", "012", "Algeria"),
    country("EC", "ECU", "218", "Ecuador"),
    country("EE", "EST", "233", "Estonia"),
    country("EG", "EGY", "818", "Egypt"),
    country("EH", "ESH", "732", "Western Sahara"),
    country("ER", "ERI", "232", "Eritrea"),
    country("ES", "ESP", "724", "Spain"),
    country("ET", "ETH", "231", "Ethiopia"),
    country("FI", "FIN", "246", "Finland"),
    country("FJ", "FJI", "242", "Fiji"),
    country("FK", "FLK", "238", "Falkland Islands (Malvinas)"),
    country("FM", "FSM", "583", "Micronesia, Federated States of"),
    country("FO", "FRO", "234", "Faroe Islands"),
    country("FR", "FRA", "250", "France"),
    country("GA", "GAB", "266", "Gabon"),
    country("GB", "GBR", "826", "United Kingdom"),
    country("GD", "GRD", "308", "Grenada"),
    country("GE", "GEO", "268", "Georgia"),
    country("GF", "GUF", "254", "French Guiana"),
    country("GG", "GGY", "831", "Guernsey"),
    country("GH", "GHA", "288", "Ghana"),
    country("GI", "GIB", "292", "Gibraltar"),
    country("GL", "GRL", "304", "Greenland"),
    country("GM", "GMB", "270", "Gambia"),
    country("GN", "GIN", "324", "Guinea"),
    country("GP", "GLP", "312", "Guadeloupe"),
    country("GQ", "GNQ", "226", "Equatorial Guinea"),
    country("GR", "GRC", "300", "Greece"),
    country("GS", "SGS", "239", "South Georgia and the South Sandwich Islands"),
    country("GT", "GTM", "320", "Guatemala"),
    country("GU", "GUM", "316", "Guam"),
    country("GW", "GNB", "624", "Guinea-Bissau"),
    country("GY", "GUY", "328", "Guyana"),
    country("HK", "HKG", "344", "Hong Kong"),
    country("HM", "HMD", "334", "Heard Island and McDonald Islands"),
    country("HN", "HND", "340", "Honduras"),
    country("HR", "HRV", "191", "Croatia"),
    country("HT", "HTI", "332", "Haiti"),
    country("HU", "HUN", "348", "Hungary"),
    country("ID", "IDN", "360", "Indonesia"),
    country("IE", "IRL", "372", "Ireland"),
    country("IL", "ISR", "376", "Israel"),
    country("IM", "IMN", "833", "Isle of Man"),
    country("IN", "IND", "356", "India"),
    country("IO", "IOT", "086", "British Indian Ocean Territory"),
    country("IQ", "IRQ", "368", "Iraq"),
    country("IR", "IRN", "364", "Iran, Islamic Republic of"),
    country("IS", "ISL", "352", "Iceland"),
    country("IT", "ITA", "380", "Italy"),
    country("JE", "JEY", "832", "Jersey"),
    country("JM", "JAM", "388", "Jamaica"),
    country("JO", "JOR", "400", "Jordan"),
    country("JP", "JPN", "392", "Japan"),
    country("KE", "KEN", "404", "Kenya"),
    country("KG", "KGZ", "417", "Kyrgyzstan"),
    country("KH", "KHM", "116", "Cambodia"),
    country("KI", "KIR", "296", "Kiribati"),
    country("KM", "COM", "174", "Comoros"),
    country("KN", "KNA", "659", "Saint Kitts and Nevis"),
    country("KP", "PRK", "408", "Korea, Democratic People's Republic of"),
    country("KR", "KOR", "410", "Korea, Republic of"),
    country("KW", "KWT", "414", "Kuwait"),
    country("KY", "CYM", "136", "Cayman Islands"),
    country("KZ", "KAZ", "398", "Kazakhstan"),
    country("LA", "LAO", "418", "Lao People's Democratic Republic"),
    country("LB", "LBN", "422", "Lebanon"),
    country("LC", "LCA", "662", "Saint Lucia"),
    country("LI", "LIE", "438", "Liechtenstein"),
    country("LK", "LKA", "144", "Sri Lanka"),
    country("LR", "LBR", "430", "Liberia"),
    country("LS", "LSO", "426", "Lesotho"),
    country("LT", "LTU", "440", "Lithuania"),
    country("LU", "LUX", "442", "Luxembourg"),
    country("LV", "LVA", "428", "Latvia"),
    country("LY", "LBY", "434", "Libya"),
    country("MA", "MAR", "504", "Morocco"),
    country("MC", "MCO", "492", "Monaco"),
    country("MD", "MDA", "498", "Moldova, Republic of"),
    country("ME", "MNE", "499", "Montenegro"),
    country("MF", "MAF", "663", "Saint Martin (French part)"),
    country("MG", "MDG", "450", "Madagascar"),
    country("MH", "MHL", "584", "Marshall Islands"),
    country("MK", "MKD", "807", "North Macedonia"),
    country("ML", "MLI", "466", "Mali"),
    country("MM", "MMR", "104", "Myanmar"),
    country("MN", "MNG", "496", "Mongolia"),
    country("MO", "MAC", "446", "Macao"),
    country("MP", "MNP", "580", "Northern Mariana Islands"),
    country("MQ", "MTQ", "474", "Martinique"),
    country("MR", "MRT", "478", "Mauritania"),
    country("MS", "MSR", "500", "Montserrat"),
    country("MT", "MLT", "470", "Malta"),
    country("MU", "MUS", "480", "Mauritius"),
    country("MV", "MDV", "462", "Maldives"),
    country("MW", "MWI", "454", "Malawi"),
    country("MX", "MEX", "484", "Mexico"),
    country("MY", "MYS", "458", "Malaysia"),
    country("MZ", "MOZ", "508", "Mozambique"),
    country("NA", "NAM", "516", "Namibia"),
    country("NC", "NCL", "540", "New Caledonia"),
    country("NE", "NER", "562", "Niger"),
    country("NF", "NFK", "574", "Norfolk Island"),
    country("NG", "NGA", "566", "Nigeria"),
    country("NI", "NIC", "558", "Nicaragua"),
    country("NL", "NLD", "528", "Netherlands, Kingdom of the"),
    country("NO", "NOR", "578", "Norway"),
    country("NP", "NPL", "524", "Nepal"),
    country("NR", "NRU", "520", "Nauru"),
    country("NU", "NIU", "570", "Niue"),
    country("NZ", "NZL", "554", "New Zealand"),
    country("OM", "OMN", "512", "Oman"),
    country("PA", "PAN", "591", "Panama"),
    country("PE", "PER", "604", "Peru"),
    country("PF", "PYF", "258", "French Polynesia"),
    country("PG", "PNG", "598", "Papua New Guinea"),
    country("PH", "PHL", "608", "Philippines"),
    country("PK", "PAK", "586", "Pakistan"),
    country("PL", "POL", "616", "Poland"),
    country("PM", "SPM", "666", "Saint Pierre and Miquelon"),
    country("PN", "PCN", "612", "Pitcairn"),
    country("PR", "PRI", "630", "Puerto Rico"),
    country("PS", "PSE", "275", "Palestine, State of"),
    country("PT", "PRT", "620", "Portugal"),
    country("PW", "PLW", "585", "Palau"),
    country("PY", "PRY", "600", "Paraguay"),
    country("QA", "QAT", "634", "Qatar"),
    country("RE", "REU", "638", "Réunion"),
    country("RO", "ROU", "642", "Romania"),
    country("RS", "SRB", "688", "Serbia"),
    country("RU", "RUS", "643", "Russian Federation"),
    country("RW", "RWA", "646", "Rwanda"),
    country("SA", "SAU", "682", "Saudi Arabia"),
    country("SB", "SLB", "090", "Solomon Islands"),
    country("SC", "SYC", "690", "Seychelles"),
    country("SD", "SDN", "729", "Sudan"),
    country("SE", "SWE", "752", "Sweden"),
    country("SG", "SGP", "702", "Singapore"),
    country("SH", "SHN", "654", "Saint Helena, Ascension and Tristan da Cunha"),
    country("SI", "SVN", "705", "Slovenia"),
    country("SJ", "SJM", "744", "Svalbard and Jan Mayen"),
    country("SK", "SVK", "703", "Slovakia"),
    country("SL", "SLE", "694", "Sierra Leone"),
    country("SM", "SMR", "674", "San Marino"),
    country("SN", "SEN", "686", "Senegal"),
    country("SO", "SOM", "706", "Somalia"),
    country("SR", "SUR", "740", "Suriname"),
    country("SS", "SSD", "728", "South Sudan"),
    country("ST", "STP", "678", "Sao Tome and Principe"),
    country("SV", "SLV", "222", "El Salvador"),
    country("SX", "SXM", "534", "Sint Maarten (Dutch part)"),
    country("SY", "SYR", "760", "Syrian Arab Republic"),
    country("SZ", "SWZ", "748", "Eswatini"),
    country("TC", "TCA", "796", "Turks and Caicos Islands"),
    country("TD", "TCD", "148", "Chad"),
    country("TF", "ATF", "260", "French Southern Territories"),
    country("TG", "TGO", "768", "Togo"),
    country("TH", "THA", "764", "Thailand"),
    country("TJ", "TJK", "762", "Tajikistan"),
    country("TK", "TKL", "772", "Tokelau"),
    country("TL", "TLS", "626", "Timor-Leste"),
    country("TM", "TKM", "795", "Turkmenistan"),
    country("TN", "TUN", "788", "Tunisia"),
    country("TO", "TON", "776", "Tonga"),
    country("TR", "TUR", "792", "Türkiye"),
    country("TT", "TTO", "780", "Trinidad and Tobago"),
    country("TV", "TUV", "798", "Tuvalu"),
    country("TW", "TWN", "158", "Taiwan, Province of China"),
    country("TZ", "TZA", "834", "Tanzania, United Republic of"),
    country("UA", "UKR", "804", "Ukraine"),
    country("UG", "UGA", "800", "Uganda"),
    country("UM", "UMI", "581", "United States Minor Outlying Islands"),
    country("US", "USA", "840", "United States"),
    country("UY", "URY", "858", "Uruguay"),
    country("UZ", "UZB", "860", "Uzbekistan"),
    country("VA", "VAT", "336", "Holy See"),
    country("VC", "VCT", "670", "Saint Vincent and the Grenadines"),
    country("VE", "VEN", "862", "Venezuela, Bolivarian Republic of"),
    country("VG", "VGB", "092", "Virgin Islands (British)"),
    country("VI", "VIR", "850", "Virgin Islands (U.S.)"),
    country("VN", "VNM", "704", "Viet Nam"),
    country("VU", "VUT", "548", "Vanuatu"),
    country("WF", "WLF", "876", "Wallis and Futuna"),
    country("WS", "WSM", "882", "Samoa"),
    country("YE", "YEM", "887", "Yemen"),
    country("YT", "MYT", "175", "Mayotte"),
    country("ZA", "ZAF", "710", "South Africa"),
    country("ZM", "ZMB", "894", "Zambia"),
    country("ZW", "ZWE", "716", "Zimbabwe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Against `all.csv` of the public list lukes/ISO-3166-Countries-with-Regional-Codes every code agrees; what can be held
    /// without it is that no code and no name is two countries.
    #[test]
    fn codes_and_names_are_those_of_one_country() {
        for (at, country) in COUNTRIES.iter().enumerate() {
            for other in &COUNTRIES[..at] {
                let same = [
                    (country.alpha2, other.alpha2),
                    (country.alpha3, other.alpha3),
                    (country.numeric, other.numeric),
                    (country.name, other.name),
                ];
                assert!(same.iter().all(|(one, other)| one != other), "{}", country.name);
            }
        }
        for (name, code) in FORMER {
            assert_eq!(by_name(name).map(|country| country.alpha2), Some(code));
            assert!(COUNTRIES.iter().all(|country| country.name != name), "{name}");
        }
        assert_eq!(by_name("Türkiye").map(|country| country.alpha2), Some("TR"));
    }
}
