"""Indonesian: headings and cells as planners in Indonesia export them."""

from ccwb.intake.languages.language import Language

INDONESIAN = Language(
    headings={
        "moment": "tanggal jam|tanggal waktu|waktu mulai|jam mulai|mulai|waktu panggilan|waktu masuk|dibuat|"
        "dibuat pada|"
        "waktu kedatangan|awal interval|mulai interval|tanggal dan jam|tanggal dan waktu|periode|cap waktu",
        "date": "tanggal|hari|tgl|tanggal panggilan|tanggal masuk",
        "clock": "jam|waktu|pukul|interval|interval waktu|jam panggilan|setengah jam",
        "history:date": "dari tanggal|tanggal mulai|dari",
        "interval_end": "waktu selesai|jam selesai|selesai|sampai|akhir|akhir interval|hingga|waktu berakhir|s d|"
        "sampai tanggal|tanggal selesai|jam akhir",
        "calendar": "nama hari|hari dalam minggu|tahun|minggu|minggu ke|triwulan|kuartal|pekan",
        "month": "bulan|bulan survei|bulan laporan",
        "agents:trained_for": "terlatih|terlatih untuk|dilatih untuk|keahlian|keterampilan|kemampuan|pelatihan|"
        "kompetensi|dapat menangani|skill",
        "project": "proyek|antrean|antrian|klien|layanan|nama antrean|nama antrian|nama proyek|kampanye|divisi|"
        "departemen|"
        "kelompok keahlian|lini bisnis|proyek utama",
        "channel": "saluran|kanal|media|jenis kontak|jenis media|jenis saluran|jenis kanal|tipe kontak",
        "interval_s": "panjang interval|durasi interval|lama interval",
        "history:offered": "ditawarkan|panggilan ditawarkan|panggilan|panggilan masuk|masuk|datang|volume panggilan|"
        "diterima sistem|kontak|permintaan|tiket|panggilan diterima|kontak masuk|telepon masuk",
        "history:handled": "dijawab|tertangani|kontak tertangani|terjawab|ditangani|panggilan dijawab|"
        "panggilan terjawab|terlayani|dilayani|"
        "diselesaikan|"
        "tersambung|diangkat",
        "results:handled": "dijawab|terjawab|ditangani|panggilan dijawab|panggilan terjawab|terlayani|dilayani|"
        "panggilan|"
        "kontak|tiket",
        "abandoned": "terabaikan|diabaikan|ditinggalkan|tidak dijawab|tidak terjawab|putus|terputus|hilang|abandon|"
        "panggilan terabaikan|tak terjawab|panggilan putus|ditutup penelepon|menyerah|dibatalkan",
        "short_abandoned": "abandon singkat|terabaikan singkat|putus singkat|abandon pendek|putus cepat",
        "flowed_out": "dialihkan keluar|keluar antrean|luapan|meluap|luapan keluar|limpahan|limpahan keluar",
        "blocked": "tertolak|percobaan tertolak|sibuk|diblokir|terblokir|ditolak|nada sibuk|jalur sibuk",
        "transferred": "dialihkan|ditransfer|transfer|dipindahkan|diteruskan",
        "answered_within": "dijawab dalam|dijawab dalam ambang|terjawab dalam|dijawab dalam batas|dalam batas|"
        "dalam sl|dijawab dalam sl|"
        "terjawab dalam sl|dalam target|dijawab tepat waktu|tepat waktu|terjawab dalam target|dalam batas waktu",
        "answer_within_s": "ambang|batas|batas waktu|ambang sl|ambang batas|batas layanan|target waktu jawab",
        "service_level": "tingkat layanan|layanan tingkat|level layanan|tingkat pelayanan|pencapaian sl|service level",
        "aht_s": "waktu penanganan|lama penanganan|durasi penanganan|rata rata waktu penanganan|waktu tangani|"
        "waktu layanan|lama layanan",
        "records:aht_s": "durasi|durasi panggilan|lama panggilan|lama",
        "talk_s": "waktu bicara|lama bicara|durasi bicara|waktu percakapan|lama percakapan|durasi percakapan|"
        "waktu talk",
        "hold_s": "waktu tunda|waktu jeda|waktu tahan|lama tahan|waktu hold|durasi hold|lama hold|tahan|waktu ditahan",
        "wrap_s": "kerja setelah panggilan|waktu pascapanggilan|pascapanggilan|pasca panggilan|kerja pascapanggilan|"
        "waktu penyelesaian|"
        "pekerjaan setelah panggilan|waktu acw|waktu setelah panggilan|administrasi pascapanggilan|waktu wrap up",
        "asa_s": "waktu tunggu dijawab|kecepatan menjawab|kecepatan jawab|waktu jawab|waktu menjawab|"
        "rata rata kecepatan menjawab|"
        "waktu tunggu dijawab|waktu tunggu terjawab|waktu respons pertama|waktu respon pertama|respons pertama|"
        "waktu respons|waktu respon|kecepatan respons",
        "wait_s": "waktu tunggu|lama tunggu|durasi tunggu|tunggu|waktu antre|waktu antri|lama antre|waktu dering|"
        "kecepatan menjawab|waktu jawab|waktu menjawab|lama menunggu|waktu respons pertama|waktu respon pertama",
        "closed_unanswered": "ditutup tanpa jawaban|ditutup tanpa dijawab",
        "backlog_end": "tumpukan pekerjaan|tumpukan pekerjaan di akhir|tumpukan|tunggakan|sisa antrean|sisa antrian|"
        "tunggakan akhir|"
        "belum selesai|sisa pekerjaan",
        "agents": "agen|agen bertugas|agen bekerja|agen tersedia|staf|petugas|agen login|karyawan",
        "answer_rate": "tingkat jawab|tingkat jawaban|rasio jawab|persentase terjawab|tingkat terjawab|"
        "persentase dijawab|"
        "tingkat keterjawaban",
        "abandonment": "tingkat abandon|tingkat abandon|tingkat terabaikan|persentase abandon|rasio abandon|"
        "tingkat pengabaian|"
        "persentase terabaikan|persentase tidak terjawab|tingkat putus",
        "mean_wait_s": "waktu tunggu|lama tunggu|waktu tunggu maksimum|waktu tunggu terlama|waktu antre|waktu antri|"
        "waktu tunggu maks|lama menunggu",
        "occupancy": "okupansi|tingkat okupansi|utilisasi|tingkat kesibukan|tingkat hunian",
        "topic": "topik|alasan|subjek|kategori|alasan panggilan|perihal",
        "contact_id": "id panggilan|nomor panggilan|no panggilan|nomor tiket|no tiket|id kontak|id tiket|nomor kontak|"
        "nomor|no|nomor kasus|kode panggilan",
        "records:agent": "agen|nama agen|petugas|karyawan|operator|id agen|dijawab oleh|ditangani oleh|staf|nik|"
        "nama|pegawai",
        "results:agent": "agen|nama agen|petugas|karyawan|operator|id agen|staf|nik|nama|pegawai",
        "agents:agent": "id agen|nomor agen|nik|nip|nomor karyawan|nomor induk|nomor pegawai|no karyawan|kode agen|"
        "id karyawan|nomor induk karyawan|no induk|id pegawai",
        "agents:name": "nama|nama lengkap|nama agen|nama karyawan|agen|karyawan|petugas|pegawai|nama pegawai|staf",
        "answered": "dijawab|terjawab|status|hasil|status panggilan|tersambung|ditangani|dijawab ya tidak",
        "resolved": "selesai tuntas|terselesaikan|tuntas|teratasi|diselesaikan|penyelesaian|selesai di kontak pertama|"
        "terselesaikan pada kontak pertama",
        "rating": "kepuasan|penilaian|nilai kepuasan|bintang|kepuasan pelanggan|skor|skor kepuasan|rating",
        "resolved_contacts": "terselesaikan|tuntas|teratasi|diselesaikan|selesai di kontak pertama",
        "rated": "dinilai|penyelesaian tercatat|hasil tercatat",
        "survey_answers": "jawaban survei|survei|respons survei|jawaban|tanggapan",
        "survey_top_two": "puas|positif|dua teratas|jawaban puas|responden puas",
        "quality_checks": "pemeriksaan mutu|pemeriksaan kualitas|penilaian kualitas|diperiksa|penilaian mutu|audit",
        "quality_passed": "lulus|lulus pemeriksaan|lulus penilaian",
        "team": "supervisor|tim|nama tim|kelompok|grup|pengawas|penyelia|ketua tim|atasan|regu",
        "hours_week": "jam kerja|jam per minggu|jam seminggu|jam kontrak|jam kerja per minggu|jam mingguan|jam|"
        "jam kerja seminggu|jam kerja mingguan",
        "hired": "tanggal masuk|mulai bekerja|mulai kerja|tanggal mulai|hari pertama|bergabung|tanggal bergabung|sejak|"
        "hari pertama kerja|tmt|masuk",
        "left": "tanggal keluar|keluar|berhenti|tanggal berhenti|hari terakhir|akhir kontrak|berakhir|"
        "hari terakhir kerja|"
        "sampai|resign|tanggal resign",
        "hourly_cost": "biaya penuh per jam|biaya per jam|upah per jam|upah|tarif per jam|biaya|gaji per jam|tarif|"
        "biaya tiap jam",
        "survey": "survei|jenis|jenis survei|nama survei|tipe survei",
        "answers": "jawaban|tanggapan|responden|jawaban masuk|respons",
        "favourable": "puas|positif|promotor|terselesaikan|lulus|jawaban positif|mendukung",
        "unfavourable": "tidak puas|negatif|detraktor|jawaban negatif|pengkritik",
        "score_sum": "total skor|jumlah skor|skor jumlah",
        "scale": "skala|skala survei",
        "first_day": "tanggal|hari|dari|mulai|tanggal mulai|hari pertama|dari tanggal|awal|periode awal|berlaku dari",
        "last_day": "sampai|hingga|selesai|akhir|tanggal selesai|tanggal akhir|hari terakhir|sampai tanggal|"
        "tanggal berakhir|s d|periode akhir|berakhir",
        "kind": "jenis|jenis peristiwa|jenis acara|tipe|kategori|jenis kejadian",
        "event_name": "hari libur nasional|nama|peristiwa|acara|kejadian|nama peristiwa|nama acara|hari libur|libur|"
        "keterangan|judul|"
        "promosi|"
        "nama kampanye|deskripsi|uraian|hari raya",
        "effect": "dampak|pengaruh|perubahan|efek|perkiraan perubahan|kenaikan|perkiraan dampak",
        "begins": "mulai|dari|awal|waktu mulai|jam mulai|tanggal mulai|waktu login|hari pertama|sejak",
        "ends": "selesai|sampai|hingga|akhir|waktu selesai|jam selesai|tanggal selesai|logout|hari terakhir",
        "from_clock": "dari|mulai|dari jam|jam mulai|tersedia dari|paling awal",
        "to_clock": "sampai|hingga|selesai|sampai jam|jam selesai|tersedia sampai|paling akhir",
        "weekday": "nama hari|hari kerja|hari dalam minggu",
        "wants": "keinginan|permintaan|preferensi|ingin",
        "weight": "bobot|prioritas|kepentingan",
        "state": "status|keadaan|status agen|kode aux|alasan",
        "activity": "aktivitas|kegiatan|jenis|kode",
        "shift": "sif|giliran|nama sif|jenis sif",
        "absence_kind": "jenis|jenis ketidakhadiran|alasan|ketidakhadiran|tipe",
        "note": "catatan|keterangan|komentar",
        "cost_kind": "jenis biaya|jenis|kategori biaya|kategori|akun|tipe biaya|pos biaya",
        "amount": "biaya|jumlah|nilai|nominal|jumlah biaya|total biaya|harga|jumlah bersih",
        "measure": "ukuran kinerja|ukuran|kpi|indikator|metrik|nama kpi",
        "numerator": "pembilang",
        "denominator": "penyebut",
        "value": "nilai|hasil|aktual|realisasi|capaian|pencapaian",
    },
    filler="rata rerata jumlah total per dari yang di ke setiap tiap semua seluruh pada rataan",
    contact="panggilan kontak telepon interaksi",
    rate="persen persentase prosentase rasio",
    total="jumlah total",
    mean="rata rerata per tiap setiap rataan",
    endings=("nya",),
    units={"hours": "jam", "minutes": "menit mnt", "seconds": "detik dtk det"},
    months=(
        "januari jan",
        "februari pebruari feb peb",
        "maret mar",
        "april apr",
        "mei",
        "juni jun",
        "juli jul",
        "agustus agu ags agt agus",
        "september sep sept",
        "oktober okt",
        "november nopember nov nop",
        "desember des",
    ),
    weekdays="senin selasa rabu kamis jumat jum'at sabtu minggu ahad sen sel rab kam jum sab min",
    clock={
        "pukul": "", "jam": "", "s/d": "-", "s.d.": "-", "sd": "-", "sampai": "-", "hingga": "-", "wib": "+07:00",
        "wita": "+08:00", "wit": "+09:00",
    },
    yes="ya y iya benar dijawab terjawab ditangani tersambung selesai terselesaikan tuntas teratasi",
    no="tidak tdk bukan salah terabaikan diabaikan abandon tidakdijawab tidakterjawab takterjawab putus terputus "
    "hilang "
    "belum tidakselesai belumselesai sibuk tidakterselesaikan ditinggalkan",
    missing="tidak ada|kosong|nihil|t.a.|belum ada|tidak diketahui",
    channels={
        "voice": "suaratelepon telepon telp tlp telpon suara panggilan panggilantelepon panggilansuara",
        "chat": "obrolan chat percakapan livechat obrolanlangsung",
        "email": "surel email posel pos-el suratelektronik",
        "social": "mediasosial medsos sosmed sosialmedia",
        "callback": "panggilanbalik teleponbalik panggilbalik hubungikembali panggilankembali",
    },
    costs={
        "labour": "tenagakerja gaji upah sdm personalia karyawan pegawai biayapersonel personel biayatenagakerja",
        "technology": "teknologi perangkatlunak lisensi ti telekomunikasi perangkatkeras telepon",
        "infrastructure": "infrastruktur sewa gedung kantor listrik energi ruangan sewagedung sewakantor",
        "operations": "operasional operasi pelatihan manajemen lainlain lainnya perjalanan jasa rekrutmen",
    },
    surveys={
        "csat": "kepuasanpelanggan kepuasan",
        "nps": "skorpromotorbersih rekomendasi",
        "ces": "upayapelanggan kemudahan",
        "fcr": "penyelesaiankontakpertama penyelesaianpertama",
        "employee": "kepuasankaryawan karyawan kepuasanpegawai",
        "quality": "mutu kualitas",
    },
    events={
        "campaign": "kampanye promosi promo iklan",
        "price change": "perubahanharga kenaikanharga penurunanharga",
        "outage": "gangguan pemadaman gangguansistem kerusakan",
        "closure": "penutupan tutup libur liburkantor kantortutup",
        "other": "lainnya lainlain lain hariraya",
    },
    days={
        "mon": "senin sen",
        "tue": "selasa sel",
        "wed": "rabu rab",
        "thu": "kamis kam",
        "fri": "jumat jum'at jum",
        "sat": "sabtu sab",
        "sun": "minggu ahad min",
    },
    absences={
        "leave": "cuti libur cutitahunan izin",
        "illness": "sakit cutisakit",
        "appointment": "janji janjitemu dokter",
        "training": "pelatihan kursus",
        "meeting": "rapat pertemuan briefing",
    },
    wants={"off": "libur bebas", "work": "kerja bekerja masuk", "early": "pagi sifpagi", "late": "malam sore sifmalam"},
    activities={
        "work": "kerja bekerja",
        "lunch": "makansiang istirahatsiang",
        "break": "istirahat jeda",
        "training": "pelatihan",
        "meeting": "rapat",
        "leave": "cuti",
        "illness": "sakit",
        "appointment": "janji",
    },
    money="rp idr rupiah",
)  # fmt: skip
