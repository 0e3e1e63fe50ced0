// Names as they are borne in Lithuania, with rounded weights: common knowledge of how often each is met, nobody's data.

/** Given names of men: name and weight. */
export const givenNamesOfMen = counted(`
  Jonas 40, Tomas 34, Vytautas 30, Mantas 28, Lukas 27, Andrius 26, Mindaugas 25, Paulius 24, Darius 24, Marius 23, Antanas 22, Dominykas 22, Matas 22,
  Gintaras 20, Saulius 20, Nojus 20, Jokūbas 19, Kęstutis 19, Arūnas 19, Deividas 18, Rokas 18, Edvinas 17, Karolis 17, Domas 17, Benas 16, Kajus 16,
  Linas 16, Rimantas 15, Petras 15, Algirdas 15, Juozas 15, Arnas 14, Ignas 14, Justinas 14, Žygimantas 13, Martynas 13, Vilius 13, Evaldas 12,
  Povilas 12, Tadas 12, Gediminas 12, Aurimas 11, Vaidas 11, Donatas 11, Ričardas 10, Artūras 10, Laurynas 10, Simonas 10, Eimantas 10, Augustas 9,
  Gustas 9, Adomas 9, Herkus 8, Kristupas 8, Joris 8, Titas 8, Danielius 8, Emilis 8, Robertas 8, Nerijus 8, Ernestas 8, Airidas 7, Erikas 7, Vakaris 6,
  Ąžuolas 5, Jurgis 7, Šarūnas 8, Žilvinas 7, Raimondas 8, Valdas 9, Virginijus 9, Romualdas 7, Stasys 8, Kazimieras 6, Aleksandras 9, Vladimiras 6,
  Sergejus 6, Dmitrijus 5, Viktoras 6, Olegas 4, Jaroslavas 4, Andžejus 3, Maksimas 5, Artiomas 4, Ruslanas 3, Denisas 4, Kirilas 3, Markas 5, Leonas 4,
  Tauras 4, Vytis 4, Pijus 7, Motiejus 6, Faustas 2, Elijus 2, Aronas 2, Oskaras 4, Haroldas 2, Renatas 3, Eligijus 3, Liudas 2, Bronius 4, Zigmas 2`);

/** Given names of women: name and weight. */
export const givenNamesOfWomen = counted(`
  Emilija 32, Gabija 28, Ugnė 27, Ieva 27, Kamilė 24, Austėja 24, Laura 24, Rasa 23, Inga 22, Kristina 26, Jurgita 22, Greta 21, Viktorija 22, Monika 21,
  Gabrielė 20, Karolina 20, Agnė 20, Eglė 22, Rūta 20, Lina 20, Daiva 20, Vida 18, Irena 18, Ona 17, Janina 16, Asta 17, Jolanta 18, Loreta 15, Aušra 15,
  Liepa 16, Luknė 14, Amelija 13, Sofija 15, Goda 15, Urtė 15, Smiltė 14, Miglė 15, Deimantė 12, Simona 16, Indrė 16, Erika 13, Sandra 14, Edita 13,
  Vaida 13, Živilė 12, Brigita 11, Justina 14, Evelina 13, Ernesta 10, Aistė 14, Skaistė 9, Barbora 8, Izabelė 9, Adelė 8, Elžbieta 6, Anastasija 8,
  Jelena 7, Natalija 8, Svetlana 7, Tatjana 7, Olga 6, Marija 12, Ana 8, Elena 11, Danutė 10, Birutė 12, Genovaitė 7, Nijolė 14, Regina 12, Zita 8,
  Rita 14, Ramunė 13, Dalia 15, Virginija 13, Violeta 12, Snieguolė 5, Diana 11, Renata 12, Milda 11, Raminta 9, Toma 7, Vakarė 6, Elzė 7, Lėja 8,
  Patricija 8, Saulė 7, Ema 6, Elija 4, Meda 5, Jorė 4, Kotryna 11, Dovilė 12, Gintarė 13, Akvilė 9, Viltė 8, Rugilė 9, Fausta 5, Augustė 9, Beatričė 6,
  Dominyka 6, Paulina 8, Karina 6, Alina 7, Veronika 8, Liucija 5, Teresa 6, Bronė 4, Stasė 5, Aldona 9`);

/** Frequent family names of men, with weights; most others are built from the stems below. */
export const familyNames = counted(`
  Kazlauskas 60, Petrauskas 48, Jankauskas 48, Stankevičius 44, Žukauskas 38, Butkus 33, Vasiliauskas 33, Balčiūnas 31, Paulauskas 30, Urbonas 30,
  Kavaliauskas 29, Navickas 27, Ramanauskas 26, Savickas 25, Sakalauskas 24, Rimkus 22, Šimkus 22, Černiauskas 22, Bagdonas 21, Baranauskas 20,
  Adomaitis 20, Mockus 19, Žilinskas 19, Norkus 18, Lukoševičius 18, Malinauskas 18, Mickevičius 17, Pocius 17, Kučinskas 17, Tamošiūnas 17,
  Jonaitis 16, Bernotas 16, Jakštas 12, Čepas 9, Ambrazevičius 9, Gudaitis 10, Zabulionis 5, Grigas 10, Daukša 6, Šukys 9, Ivanovas 18, Vasiljevas 10,
  Petrovas 11, Kuznecovas 9, Popovas 8, Romanovas 8, Smirnovas 8, Novikovas 7, Pavlovas 8, Michailovas 7, Jankovskis 10, Sinkevičius 14, Matulevičius 10,
  Stonkus 11, Jasiūnas 6, Vaitkus 16, Vaičiulis 10, Mažeika 12, Noreika 11, Dambrauskas 14, Gedvilas 8, Stankus 13, Jurevičius 12, Juška 13, Jokūbaitis 6,
  Zinkevičius 8, Valaitis 8, Narbutas 8, Rutkauskas 11, Rudys 8, Čiurlionis 2, Šleževičius 3, Žemaitis 12, Venckus 9, Kairys 12, Blaževičius 9`);

export const stems =
  `Adom Aleks Ambraz Andr Anuš Apan Astrausk Augul Bačk Balt Ban Bart Baub Bend Bernat Bik Bingel Blaž Brazd Bub Buiv Burb But Cib
  Cvirk Čep Čes Čiž Dab Dag Dainaus Darg Daug Dauk Deg Dirg Dov Drag Dund Dzin Eidr Eim Gabr Gail Gal Ged Gen Gerv Giedr Gin Girdz Glem Gob Grab Greb
  Grick Grig Gruod Gud Guž Gvazd Ignat Jad Jak Jan Jaruš Jas Jon Jovaiš Jud Jurg Juod Kač Kair Kal Karal Karp Kat Kaz Kep Kirk Klim Kond Kov Krapav Kriš
  Kub Kuč Kul Kup Kuz Lab Laps Laur Leon Lesk Liauk Link Lip Luk Mač Maž Mak Mal Mart Masal Mat Meč Merk Mik Mil Mink Mis Mont Mur Naruš Naud Nor Olb Orl
  Pabr Pakul Pal Paš Paul Peč Petr Pil Pliur Pov Prank Pu Rač Rad Rag Ram Raz Rem Rim Rog Rub Rud Rus Sab Sad Samul Sar Sav Serb Sid Skad Skirm Slav Smet Stan
  Stuk Surv Svirb Šal Šap Šat Šein Šer Šiaul Šilg Šim Šir Škem Šlap Špok Šuk Tal Tam Tauj Tel Tum Tur Ulb Urb Už Vab Vaid Vain Val Var Veng Vid Vil Vis Vit
  Voln Zab Zak Zal Zap Zav Zdan Zub Žal Žeim Žel Žibut Žid Žil Žuk Žvirbl`.split(/\s+/);

/** Endings of men's family names: ending and weight. */
export const endings = counted(
  'aitis 14, evičius 13, auskas 12, avičius 9, ėnas 7, onis 6, ūnas 6, inskas 8, utis 3, elis 4, ys 5, us 5, as 5, ulis 4, ickas 4, ovas 3, ionis 2',
);

/** The family name of a daughter: `Kazlauskas` and `Kazlauskaitė` (VLKK). */
export const ofDaughter = (name) =>
  feminine(name, [
    [/ovas$/, 'ova'],
    [/jevas$/, 'jeva'],
    [/(skis|skas)$/, 'skaitė'],
    [/ius$/, 'iūtė'],
    [/us$/, 'utė'],
    [/ys$/, 'ytė'],
    [/(is|ė)$/, 'ytė'],
    [/(as|a)$/, 'aitė'],
  ]);

/** The family name of a married woman: `Kazlauskienė`. */
export const ofWife = (name) =>
  feminine(name, [
    [/ovas$/, 'ova'],
    [/jevas$/, 'jeva'],
    [/(č)ius$/, '$1ienė'],
    [/(as|is|ys|us|a|ė)$/, 'ienė'],
  ]);

function feminine(name, rules) {
  const rule = rules.find(([ending]) => ending.test(name));
  return rule ? name.replace(...rule) : name;
}

function counted(text) {
  return text
    .trim()
    .split(/\s*,\s*/)
    .map((each) => each.split(' '))
    .map(([name, weight]) => ({ name, weight: Number(weight) }));
}
